#include "arguments.h"

#include <stdarg.h>

void fail(GError **error, const char *format, ...) {
  va_list parts;
  va_start(parts, format);
  if (error != NULL && *error == NULL) {
    *error = g_error_new_valist(g_quark_from_static_string("command"), 1, format, parts);
  }
  va_end(parts);
}

arguments *arguments_take(const char *line, GError **error) {
  g_auto(GStrv) words = g_strsplit_set(line, " \t\r\n", -1);
  arguments *it = g_new0(arguments, 1);
  it->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  it->used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (char **word = words; *word != NULL; word++) {
    if (**word == 0) continue;
    if (it->verb == NULL) {
      it->verb = g_strdup(*word);
    } else if (it->name == NULL) {
      it->name = g_strdup(*word);
    } else {
      const char *sign = strchr(*word, '=');
      char *key = sign == NULL ? g_strdup(*word) : g_strndup(*word, (gsize)(sign - *word));
      char *text = g_uri_unescape_string(sign == NULL ? "" : sign + 1, NULL);
      if (text == NULL) fail(error, "%s is not percent-encoded", *word);
      else if (g_hash_table_contains(it->values, key)) fail(error, "%s is given twice", key);
      g_hash_table_replace(it->values, key, text);
    }
  }
  if (it->verb == NULL) fail(error, "no command");
  else if (it->name == NULL) fail(error, "%s needs the name of a device", it->verb);
  if (error != NULL && *error != NULL) {
    arguments_free(it);
    return NULL;
  }
  return it;
}

void arguments_free(arguments *it) {
  if (it == NULL) return;
  g_free(it->verb);
  g_free(it->name);
  g_hash_table_destroy(it->values);
  g_hash_table_destroy(it->used);
  g_free(it);
}

const char *arguments_text(arguments *it, const char *key, const char *otherwise) {
  g_hash_table_add(it->used, g_strdup(key));
  const char *text = g_hash_table_lookup(it->values, key);
  return text == NULL ? otherwise : text;
}

bool arguments_number(arguments *it, const char *key, unsigned base, uint64_t most, uint64_t *number,
                      GError **error) {
  const char *text = arguments_text(it, key, NULL);
  if (text == NULL) return true;
  /* Not by errno, which the making of a locale may have set. */
  char *end;
  uint64_t value = g_ascii_strtoull(text, &end, base);
  if (g_ascii_isxdigit(*text) && *end == 0 && value <= most) {
    *number = value;
    return true;
  }
  fail(error, "%s=%s is no number up to %" G_GUINT64_FORMAT, key, text, most);
  return false;
}

bool arguments_has(arguments *it, const char *word) { return arguments_text(it, word, NULL) != NULL; }

bool arguments_end(arguments *it, GError **error) {
  GHashTableIter keys;
  gpointer key;
  g_hash_table_iter_init(&keys, it->values);
  while (g_hash_table_iter_next(&keys, &key, NULL)) {
    if (g_hash_table_contains(it->used, key)) continue;
    fail(error, "%s does not know %s", it->verb, (const char *)key);
    return false;
  }
  return true;
}
