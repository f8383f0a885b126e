/* Fuzzing of the core's decoder alone: a stream of bytes goes into a board, and what stands between its
   zeros through the codec, which must write what it took as it was. Nothing is allocated. */
#include <stdlib.h>

#include "codec.h"
#include "fuzz_support.h"

static uint64_t still(void *port) { return port != NULL; }
static uint32_t swallow(void *port, const uint8_t *bytes, uint32_t count) {
  (void)port;
  (void)bytes;
  return count;
}
static bool forget(void *port, uint32_t address, void *bytes, uint32_t count, bool is_write) {
  (void)port;
  (void)address;
  if (!is_write) memset(bytes, 0xFF, count);
  return true;
}
static bool park_only(void *port, bool are_on) {
  (void)port;
  if (are_on) abort();
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  static uint8_t frame[2 * (TARE_LEAST_FRAME + 4)], queue[512], answers[2048], pattern[64];
  static uint8_t answer[CODEC_BOUND + 1];
  static const tare_hardware hardware = {still, swallow, forget, park_only, NULL, NULL, NULL};
  static tare_setup setup;
  static tare_board *board;
  uint32_t frames = 0, messages = 0;
  if (board == NULL) {
    board = calloc(1, sizeof *board);
    if (board == NULL) abort();
    setup.capabilities.tiles = 1;
    setup.capabilities.rows = setup.capabilities.columns = 4;
    setup.group = 2;
    setup.most_frame = TARE_LEAST_FRAME;
    setup.frame = frame;
    setup.queue = queue;
    setup.queue_bytes = sizeof queue;
    setup.answers = answers;
    setup.answer_bytes = sizeof answers;
    setup.pattern = pattern;
    setup.pattern_bytes = sizeof pattern;
    setup.journal_slots = 16;
    setup.memory_bytes = 1 << 20;
  }
  watch_begin();
  tare_start(board, &setup, &hardware, NULL);
  tare_receive(board, bytes, (uint32_t)count);
  watch_end(0, 0);
  for (size_t start = 0; start < count;) {
    const uint8_t *end = memchr(bytes + start, 0, count - start);
    size_t length = end != NULL ? (size_t)(end - bytes) - start : count - start;
    if (length > 0) {
      uint32_t written;
      uint8_t status, *copy = malloc(length);
      if (copy == NULL) abort();
      memcpy(copy, bytes + start, length);
      watch_begin();
      status = codec_frame(copy, (uint32_t)length, answer, &written);
      watch_end(0, 0);
      frames += status == CODEC_TAKEN || status >= CODEC_UNKNOWN;
      messages += status == CODEC_TAKEN;
      if (status == CODEC_TAKEN
          && (written != length || memcmp(answer, bytes + start, length) != 0)) {
        abort();
      }
      free(copy);
    }
    start += length + 1;
  }
  fuzz_count(frames, messages);
  return 0;
}
