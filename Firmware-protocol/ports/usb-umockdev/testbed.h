/* Devices in sysfs and /dev of a testbed of umockdev, and what udev tells of them. */
#ifndef TESTBED_H
#define TESTBED_H

#include <umockdev.h>

#include "descriptors.h"

/* Where a device is. */
typedef struct {
  char *node;               /* as programs name it: "/dev/bus/usb/001/005" */
  char *node_file;          /* what that is in the testbed */
  char *device, *interface; /* in sysfs */
  char *port;               /* what a driver of usb-serial hangs its serial port onto, or NULL */
  char *tty, *tty_file;     /* of a serial port, or NULL */
} place_of_device;

/* The node that a device will have; the caller frees it. */
char *testbed_node(const usb_identity *identity);

/* Adds a device and its interface, and its root hub where that is missing. Nobody is told yet, and the file of the
   node is up to the caller. */
bool testbed_add(UMockdevTestbed *testbed, const usb_identity *identity, place_of_device *place, GError **error);

/* Adds a serial port to a device: `name` is "ttyACM0" or alike. */
bool testbed_add_tty(UMockdevTestbed *testbed, place_of_device *place, const char *name, const char *driver,
                     GError **error);

/* Tells all programs that the device has come. */
void testbed_announce(UMockdevTestbed *testbed, const place_of_device *place);

/* Tells all programs that it has gone, and removes it. */
void testbed_remove(UMockdevTestbed *testbed, place_of_device *place);

#endif
