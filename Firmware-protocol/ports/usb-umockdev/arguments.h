/* Words of a command line: `verb name key=value ...`. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  char *verb, *name;
  GHashTable *values; /* text of a key; a word without "=" has the text "" */
  GHashTable *used;
} arguments;

/* Takes a line apart, percent-encoding included; NULL and an error if it is not well formed. */
arguments *arguments_take(const char *line, GError **error);
void arguments_free(arguments *it);

/* The text of a key, or `otherwise` where it is missing. */
const char *arguments_text(arguments *it, const char *key, const char *otherwise);

/* A number to that base; false and an error if it is none or is larger than `most`. */
bool arguments_number(arguments *it, const char *key, unsigned base, uint64_t most, uint64_t *number,
                      GError **error);

/* Whether a word without "=" is there. */
bool arguments_has(arguments *it, const char *word);

/* False and an error if there was a key that nobody asked for. */
bool arguments_end(arguments *it, GError **error);

/* An error of a command: its text is the answer. */
void fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
