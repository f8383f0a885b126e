/* The ioctls of usbfs, by which programs on Linux reach a USB device. */
#ifndef USBFS_H
#define USBFS_H

#include "gadget.h"

/* Lets programs reach a device at its device node, "/dev/bus/usb/001/005". */
bool usbfs_attach(UMockdevTestbed *testbed, const char *node, gadget *usb, GError **error);

/* Programs that open the node from now on find no device. Open files stay, as their programs have not closed them. */
void usbfs_detach(const char *node);

#endif
