/* Bytes go to a board that listens on TCP, and come from it. */
#define _GNU_SOURCE
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>

#include "board.h"
#include "gadget.h"

enum { MOST_UNSENT = 64 * 1024, PATIENCE = 1 /* s */ };

typedef struct {
  board board;
  char *address;
  GSocketConnection *connection;
  GSocket *socket; /* of the connection */
  GSource *reader, *writer;
  GByteArray *unsent;
} line_board;

static void stop_source(GSource **source) {
  if (*source != NULL) g_source_destroy(*source);
  g_clear_pointer(source, g_source_unref);
}

static void disconnect(line_board *it) {
  stop_source(&it->reader);
  stop_source(&it->writer);
  g_clear_object(&it->connection);
  it->socket = NULL;
  g_byte_array_set_size(it->unsent, 0);
}

static gboolean on_readable(GSocket *socket, GIOCondition condition, gpointer data);

/* What is not connected swallows what the host sends, as a board without a mind does. */
static void connect_line(line_board *it) {
  if (it->connection != NULL || gadget_context() == NULL) return;
  g_autoptr(GSocketClient) connector = g_socket_client_new();
  g_socket_client_set_timeout(connector, PATIENCE);
  g_socket_client_set_enable_proxy(connector, FALSE);
  it->connection = g_socket_client_connect_to_host(connector, it->address, 0, NULL, NULL);
  if (it->connection == NULL) return;
  it->socket = g_socket_connection_get_socket(it->connection);
  g_socket_set_timeout(it->socket, 0);
  g_socket_set_blocking(it->socket, FALSE);
  g_socket_set_option(it->socket, 6 /* TCP */, 1 /* TCP_NODELAY */, 1, NULL);
  it->reader = g_socket_create_source(it->socket, G_IO_IN, NULL);
  g_source_set_callback(it->reader, G_SOURCE_FUNC(on_readable), it, NULL);
  g_source_attach(it->reader, gadget_context());
}

static gboolean on_readable(GSocket *socket, GIOCondition condition, gpointer data) {
  line_board *it = data;
  char bytes[4096];
  (void)condition;
  if (!lock_if_wanted()) return G_SOURCE_REMOVE;
  uint32_t room = gadget_room(it->board.usb);
  if (room == 0) {
    /* The host takes nothing: has_room() begins again. */
    stop_source(&it->reader);
  } else if (socket == it->socket) {
    g_autoptr(GError) error = NULL;
    gssize count = g_socket_receive(socket, bytes, MIN(sizeof bytes, room), NULL, &error);
    if (count > 0) {
      gadget_send(it->board.usb, (const uint8_t *)bytes, (uint32_t)count);
      pump_endpoints(it->board.usb);
    } else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      disconnect(it);
    }
  }
  unlock();
  return G_SOURCE_CONTINUE;
}

static void read_again(board *line) {
  line_board *it = (line_board *)line;
  if (it->connection == NULL || it->reader != NULL) return;
  it->reader = g_socket_create_source(it->socket, G_IO_IN, NULL);
  g_source_set_callback(it->reader, G_SOURCE_FUNC(on_readable), it, NULL);
  g_source_attach(it->reader, gadget_context());
}

static void write_unsent(line_board *it) {
  while (it->connection != NULL && it->unsent->len > 0) {
    g_autoptr(GError) error = NULL;
    gssize count = g_socket_send(it->socket, (const char *)it->unsent->data, it->unsent->len, NULL, &error);
    if (count > 0) g_byte_array_remove_range(it->unsent, 0, (guint)count);
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) return;
    else disconnect(it);
  }
}

static gboolean on_writable(GSocket *socket, GIOCondition condition, gpointer data) {
  line_board *it = data;
  (void)socket;
  (void)condition;
  if (!lock_if_wanted()) return G_SOURCE_REMOVE;
  write_unsent(it);
  if (it->unsent->len == 0) stop_source(&it->writer);
  pump_endpoints(it->board.usb);
  unlock();
  return G_SOURCE_CONTINUE;
}

static bool take(board *line, const uint8_t *bytes, uint32_t count) {
  line_board *it = (line_board *)line;
  if (it->unsent->len > MOST_UNSENT) return false;
  connect_line(it);
  if (it->connection == NULL) return true;
  g_byte_array_append(it->unsent, bytes, count);
  write_unsent(it);
  if (it->unsent->len > 0 && it->writer == NULL) {
    it->writer = g_socket_create_source(it->socket, G_IO_OUT, NULL);
    g_source_set_callback(it->writer, G_SOURCE_FUNC(on_writable), it, NULL);
    g_source_attach(it->writer, gadget_context());
  }
  return true;
}

static void claimed(board *line) { connect_line((line_board *)line); }
static void released(board *line) { disconnect((line_board *)line); }

static void end(board *line) {
  line_board *it = (line_board *)line;
  disconnect(it);
  g_byte_array_unref(it->unsent);
  g_free(it->address);
  g_free(it);
}

board *line_board_new(struct gadget *usb, const char *address, GError **error) {
  static const board_functions functions = {
      .take = take, .claimed = claimed, .released = released, .has_room = read_again, .end = end};
  g_autoptr(GSocketConnectable) place = g_network_address_parse(address, 0, error);
  if (place == NULL) return NULL;
  line_board *it = g_new0(line_board, 1);
  it->board = (board){&functions, usb};
  it->address = g_strdup(address);
  it->unsent = g_byte_array_new();
  return &it->board;
}
