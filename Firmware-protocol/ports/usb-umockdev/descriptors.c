#include "descriptors.h"

/* Chapter 9 of the USB 2.0 specification. */
enum { DEVICE = 1, CONFIGURATION = 2, STRING = 3, INTERFACE = 4, ENDPOINT = 5 };
enum { DEVICE_BYTES = 18, CONFIGURATION_BYTES = 9, INTERFACE_BYTES = 9, ENDPOINT_BYTES = 7, BULK = 2 };
enum { NO_STRING = 0, VENDOR = 1, PRODUCT = 2, SERIAL = 3, MOST_STRING_BYTES = 254 };
enum { ENGLISH = 0x0409 };

uint32_t packet_bytes(const usb_identity *identity) { return identity->speed >= 480 ? 512 : 64; }

static uint8_t low(uint32_t number) { return (uint8_t)(number & 0xFF); }
static uint8_t high(uint32_t number) { return (uint8_t)(number >> 8 & 0xFF); }

static uint8_t number_of(uint8_t string, const char *text) { return *text == 0 ? NO_STRING : string; }

void describe_device(usb_identity *it) {
  uint32_t packet = packet_bytes(it);
  uint32_t whole = CONFIGURATION_BYTES + INTERFACE_BYTES + 2 * ENDPOINT_BYTES;
  const uint8_t bytes[] = {
      /* USB 2.0; the class is that of the interface; packets of 64 bytes on endpoint 0; release 1.00. */
      DEVICE_BYTES, DEVICE, 0x00, 0x02, 0, 0, 0, 64,
      low(it->vendor_id), high(it->vendor_id), low(it->product_id), high(it->product_id), 0x00, 0x01,
      number_of(VENDOR, it->vendor), number_of(PRODUCT, it->product), number_of(SERIAL, it->serial), 1,
      /* One interface, powered by the bus, 500 mA. */
      CONFIGURATION_BYTES, CONFIGURATION, low(whole), high(whole), 1, 1, NO_STRING, 0x80, 250,
      INTERFACE_BYTES, INTERFACE, 0, 0, 2, it->class, it->subclass, it->protocol, NO_STRING,
      ENDPOINT_BYTES, ENDPOINT, it->in, BULK, low(packet), high(packet), 0,
      ENDPOINT_BYTES, ENDPOINT, it->out, BULK, low(packet), high(packet), 0,
  };
  it->descriptors = g_bytes_new(bytes, sizeof bytes);
}

static GByteArray *string_descriptor(const gunichar2 *text, glong count) {
  GByteArray *it = g_byte_array_new();
  gsize bytes = MIN((gsize)count * 2, MOST_STRING_BYTES - 2);
  const uint8_t head[] = {(uint8_t)(bytes + 2), STRING};
  g_byte_array_append(it, head, sizeof head);
  for (gsize n = 0; n < bytes / 2; n++) {
    const uint8_t unit[] = {low(text[n]), high(text[n])};
    g_byte_array_append(it, unit, sizeof unit);
  }
  return it;
}

static GByteArray *get_string(const usb_identity *it, uint8_t index) {
  if (index == 0) {
    const gunichar2 language = ENGLISH;
    return string_descriptor(&language, 1);
  }
  const char *text = index == VENDOR ? it->vendor : index == PRODUCT ? it->product : it->serial;
  if (index > SERIAL || *text == 0) return NULL;
  glong count = 0;
  g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &count, NULL);
  return units == NULL ? NULL : string_descriptor(units, count);
}

GByteArray *get_descriptor(const usb_identity *it, uint8_t type, uint8_t index) {
  if (type == STRING) return get_string(it, index);
  gsize count;
  const uint8_t *bytes = g_bytes_get_data(it->descriptors, &count);
  gsize first = type == DEVICE ? 0 : MIN(DEVICE_BYTES, count);
  gsize end = type == DEVICE ? MIN(DEVICE_BYTES, count) : count;
  if ((type != DEVICE && type != CONFIGURATION) || index != 0 || first == end) return NULL;
  GByteArray *answer = g_byte_array_new();
  g_byte_array_append(answer, bytes + first, (guint)(end - first));
  return answer;
}

void identity_clear(usb_identity *it) {
  g_clear_pointer(&it->vendor, g_free);
  g_clear_pointer(&it->product, g_free);
  g_clear_pointer(&it->serial, g_free);
  g_clear_pointer(&it->descriptors, g_bytes_unref);
}
