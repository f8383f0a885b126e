/* A board that does nothing but read and write: answers requests of one byte for what is wanted, two for
   how many bytes follow, and these, with a status, two bytes for how many follow, and these.

     c  checksum: four bytes, the lowest first
     e  COBS of the bytes
     d  what was encoded; status 1 if the bytes are no encoding
     f  the frame that the fields of this frame make; the status is the place of the reason in frames.json,
        from 1, where it is not taken

   Natively it speaks over its standard input and output, on QEMU's lm3s6965evb over the UART. */
#include "codec.h"
#include "plain_io.h"

enum { MOST = 4096 };

/* COBS by the functions that write frames. */
static uint32_t encode(const uint8_t *bytes, uint32_t count, uint8_t *encoded) {
  static tare_board to;
  to.output = encoded;
  to.output_length = 0;
  begin_block(&to);
  send_bytes(&to, bytes, count);
  end_block(&to, encoded);
  return to.output_length;
}

int main(void) {
  static uint8_t request[MOST], answer[MOST + MOST / 254 + 2];
  open_io();
  for (;;) {
    int what = get();
    uint32_t count = (uint32_t)get(), length = 0, crc;
    uint8_t status = 0;
    count |= (uint32_t)get() << 8;
    if (what < 0 || count > MOST) return what >= 0;
    for (uint32_t n = 0; n < count; n++) request[n] = (uint8_t)get();
    switch (what) {
    case 'c':
      crc = crc_of(request, count);
      length = 4;
      memcpy(answer, &crc, length);
      break;
    case 'e': length = encode(request, count, answer); break;
    case 'd':
      /* The core cuts at zeros before it decodes. */
      for (uint32_t n = 0; n < count; n++) status |= request[n] == 0;
      if (status == 0) {
        status = count > 1 || request[0] != 1;
        length = decode(request, count);
        if (length > 0) status = 0;
        memcpy(answer, request, length);
      }
      break;
    default: status = codec_frame(request, count, answer, &length); break;
    }
    put(status);
    put((uint8_t)length);
    put((uint8_t)(length >> 8));
    for (uint32_t n = 0; n < length; n++) put(answer[n]);
    flush();
  }
}
