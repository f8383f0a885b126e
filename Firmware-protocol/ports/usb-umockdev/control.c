/* Requests on endpoint 0. */
#include "gadget.h"

/* Requests of chapter 9 of the USB 2.0 specification, and the board's own. */
enum { GET_STATUS = 0, GET_DESCRIPTOR = 6, GET_CONFIGURATION = 8, STOP = 0x53 };
enum { FROM_DEVICE = 0x80, VENDOR_TO_DEVICE = 0x40, VENDOR_FROM_DEVICE = 0xC0 };
/* "ST": nobody stops a board by accident, and no other device takes this for something else. */
enum { STOP_VALUE = 0x5453 };

static GByteArray *answer_of(const uint8_t *bytes, guint count) {
  return g_byte_array_append(g_byte_array_new(), bytes, count);
}

/* The emergency stop is of the device and not of the interface: whoever may open the device may send it, while
   another program holds the interface. */
static GByteArray *stop(gadget *it, uint16_t value, uint16_t index, uint16_t length) {
  if (value != STOP_VALUE || index != 0 || length != 0 || it->board->functions->stop == NULL) return NULL;
  it->counts.stops++;
  it->board->functions->stop(it->board);
  return g_byte_array_new();
}

GByteArray *control_request(gadget *it, const uint8_t *setup) {
  uint8_t type = setup[0], request = setup[1];
  uint16_t value = (uint16_t)(setup[2] | setup[3] << 8), index = (uint16_t)(setup[4] | setup[5] << 8);
  uint16_t length = (uint16_t)(setup[6] | setup[7] << 8);
  it->counts.control++;
  if (type == VENDOR_TO_DEVICE && request == STOP) return stop(it, value, index, length);
  if (type == VENDOR_FROM_DEVICE && request == STOP && length == 1 && it->board->functions->is_stopped != NULL) {
    const uint8_t answer = it->board->functions->is_stopped(it->board);
    return answer_of(&answer, 1);
  }
  if (type != FROM_DEVICE) return NULL;
  const uint8_t status[] = {0, 0}, configuration = 1;
  if (request == GET_STATUS) return answer_of(status, sizeof status);
  if (request == GET_CONFIGURATION) return answer_of(&configuration, 1);
  if (request != GET_DESCRIPTOR) return NULL;
  return get_descriptor(&it->identity, (uint8_t)(value >> 8), (uint8_t)value);
}
