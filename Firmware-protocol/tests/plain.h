/* Frames, written and read a second time and in another way than the core does. */
#ifndef PLAIN_H
#define PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t plain_crc(const uint8_t *bytes, size_t count) {
  uint32_t crc = ~0u;
  while (count-- > 0) {
    crc ^= *bytes++;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82F63B78u & (0u - (crc & 1u)));
  }
  return ~crc;
}

/* Writes a frame without its delimiter; returns its length. */
static inline size_t plain_encode(const uint8_t *bytes, size_t count, uint8_t *encoded) {
  size_t code = 0, length = 1;
  for (size_t place = 0; place < count; place++) {
    if (length - code == 0xFF) {
      encoded[code] = 0xFF;
      code = length++;
    }
    if (bytes[place] == 0) {
      encoded[code] = (uint8_t)(length - code);
      code = length++;
    } else {
      encoded[length++] = bytes[place];
    }
  }
  encoded[code] = (uint8_t)(length - code);
  return length;
}

static inline size_t plain_frame(uint8_t type, uint16_t session, uint16_t sequence,
                                 uint16_t acknowledged, const void *payload, size_t count,
                                 uint8_t *encoded) {
  static uint8_t bytes[8192];
  uint32_t crc;
  size_t length;
  bytes[0] = 0x10;
  bytes[1] = type;
  memcpy(bytes + 2, &session, 2);
  memcpy(bytes + 4, &sequence, 2);
  memcpy(bytes + 6, &acknowledged, 2);
  if (count > 0) memcpy(bytes + 8, payload, count);
  crc = plain_crc(bytes, count + 8);
  memcpy(bytes + 8 + count, &crc, 4);
  length = plain_encode(bytes, count + 12, encoded);
  encoded[length++] = 0;
  return length;
}

/* Undoes COBS; returns how many bytes there were, or 0. */
static inline size_t plain_unstuff(const uint8_t *encoded, size_t count, uint8_t *bytes) {
  size_t length = 0, place = 0;
  while (place < count) {
    size_t code = encoded[place++];
    if (code == 0 || place + code - 1 > count) return 0;
    for (size_t byte = 1; byte < code; byte++) bytes[length++] = encoded[place++];
    if (place < count && code < 0xFF) bytes[length++] = 0;
  }
  return length;
}

/* Reads a frame without its delimiter; returns the length of what it holds, or 0. */
static inline size_t plain_decode(const uint8_t *encoded, size_t count, uint8_t *bytes) {
  size_t length = plain_unstuff(encoded, count, bytes);
  uint32_t crc;
  if (length < 12) return 0;
  crc = plain_crc(bytes, length - 4);
  return memcmp(&crc, bytes + length - 4, 4) == 0 ? length : 0;
}

#endif
