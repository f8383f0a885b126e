/* Who a USB device says that it is. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { IN_BIT = 0x80 };

typedef struct {
  uint16_t vendor_id, product_id;
  char *vendor, *product, *serial; /* "" where there is none */
  uint8_t class, subclass, protocol;
  uint8_t in, out; /* addresses of the bulk endpoints */
  uint32_t speed;  /* Mbit/s: 12 or 480 */
  uint32_t bus, address, port;
  GBytes *descriptors; /* of the device, then of its configuration */
} usb_identity;

/* Most bytes of a bulk packet. */
uint32_t packet_bytes(const usb_identity *identity);

/* Fills in `descriptors` from the other fields. */
void describe_device(usb_identity *identity);

/* What a standard GET_DESCRIPTOR request is answered with, or NULL: the endpoint then stalls. */
GByteArray *get_descriptor(const usb_identity *identity, uint8_t type, uint8_t index);

void identity_clear(usb_identity *identity);

#endif
