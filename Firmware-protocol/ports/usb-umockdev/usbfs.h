/* The ioctls of usbfs, by which programs on Linux reach a USB device. */
#ifndef USBFS_H
#define USBFS_H

#include "gadget.h"

/* Listens behind a device node, "/dev/bus/usb/001/005", where there is no device yet. */
bool usbfs_listen(UMockdevTestbed *testbed, const char *node, GError **error);

/* Lets programs reach a device there. */
void usbfs_attach(const char *node, gadget *usb);

/* Programs that open the node from now on find no device. Open files stay, as their programs have not closed them. */
void usbfs_detach(const char *node);

#endif
