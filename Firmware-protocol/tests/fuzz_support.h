/* What the fuzzers of both decoders share: inputs that are frames, and an eye on what is allocated. */
#ifndef FUZZ_SUPPORT_H
#define FUZZ_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

/* Between the two calls every allocation is seen; the second one aborts if one of them, or all that lived at
   the same time, had more bytes than allowed. */
void watch_begin(void);
void watch_end(size_t most_at_once, size_t most_alive);

/* Counts what an input held, to be told at the end. */
void fuzz_count(uint32_t frames, uint32_t messages);

#endif
