#define _GNU_SOURCE
#include "gadget.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of a test that are kept, and bytes of the board that wait for the host. */
enum { MOST_RECEIVED = 64 * 1024, MOST_WAITING = 64 * 1024 };

typedef struct {
  gint64 when; /* us */
  GByteArray *bytes;
} late_bytes;

static GRecMutex mutex;
static GMainContext *context;

void lock(void) { g_rec_mutex_lock(&mutex); }
void unlock(void) { g_rec_mutex_unlock(&mutex); }

bool lock_if_wanted(void) {
  lock();
  if (!g_source_is_destroyed(g_main_current_source())) return true;
  unlock();
  return false;
}

GMainContext *gadget_context(void) { return context; }
void gadget_set_context(GMainContext *it) { context = it; }

gadget *gadget_new(usb_identity identity) {
  gadget *it = g_new0(gadget, 1);
  it->references = 1;
  it->identity = identity;
  it->is_plugged = true;
  it->to_host = g_byte_array_new();
  it->received = g_byte_array_new();
  it->pipe = -1;
  return it;
}

static void free_late(gpointer data) {
  late_bytes *it = data;
  g_byte_array_unref(it->bytes);
  g_free(it);
}

void forget_bytes(gadget *it) {
  g_byte_array_set_size(it->to_host, 0);
  g_queue_clear_full(&it->late, free_late);
  it->late_bytes = 0;
}

void gadget_release(gadget *it) {
  if (--it->references > 0) return;
  forget_bytes(it);
  g_byte_array_unref(it->to_host);
  g_byte_array_unref(it->received);
  identity_clear(&it->identity);
  if (it->pipe >= 0) close(it->pipe);
  g_free(it);
}

/* ---- The device node ---- */

/* A file of usbfs polls as ready for writing while there are transfers to reap. A plain file of the testbed always
   does, and libusb would ask again and again. A pipe of one page is not ready while it holds a byte, and its other
   end, here, takes the byte out while there is something to reap. */
bool gadget_open_pipe(gadget *it, const char *path, GError **error) {
  (void)unlink(path);
  if (mkfifo(path, 0666) == 0) it->pipe = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (it->pipe < 0 || fcntl(it->pipe, F_SETPIPE_SZ, 4096) < 0 || write(it->pipe, "", 1) != 1) {
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
    return false;
  }
  return true;
}

void signal_clients(gadget *it) {
  bool is_ready = it->finished > 0;
  char byte = 0;
  if (is_ready == it->is_signalled) return;
  if ((is_ready ? read(it->pipe, &byte, 1) : write(it->pipe, &byte, 1)) == 1) it->is_signalled = is_ready;
}

/* ---- Transfers ---- */

void transfer_free(transfer *it) {
  g_clear_pointer(&it->buffer, umockdev_ioctl_data_unref);
  g_clear_pointer(&it->data, umockdev_ioctl_data_unref);
  g_clear_pointer(&it->argument, umockdev_ioctl_data_unref);
  g_clear_pointer(&it->answer, g_byte_array_unref);
  g_free(it);
}

void finish(transfer *it, int status, uint32_t actual) {
  client *owner = it->owner;
  it->status = status;
  it->actual = actual;
  g_queue_push_tail(&owner->finished, it);
  owner->usb->finished++;
  signal_clients(owner->usb);
  if (owner->is_waiting) wake_client(owner);
}

/* Whether a test wants the next transfer of an endpoint to fail, and how. */
static bool must_fail(endpoint *it, int *status) {
  if (!it->is_halted && it->stalls > 0) {
    it->stalls--;
    it->is_halted = true;
  }
  if (it->is_halted) {
    *status = -EPIPE;
    return true;
  }
  if (it->errors == 0) return false;
  it->errors--;
  *status = -it->error_number;
  return true;
}

static void pump_out(gadget *it) {
  int status;
  transfer *next;
  while (!it->out.is_held && (next = g_queue_peek_head(&it->out.transfers)) != NULL) {
    if (must_fail(&it->out, &status)) {
      finish(g_queue_pop_head(&it->out.transfers), status, 0);
      continue;
    }
    const uint8_t *bytes = next->buffer == NULL ? NULL : next->buffer->data;
    uint32_t count = bytes == NULL ? 0 : next->length;
    if (count > 0 && !it->board->functions->take(it->board, bytes, count)) return;
    uint32_t kept = MIN(count, MOST_RECEIVED - it->received->len);
    if (kept > 0) g_byte_array_append(it->received, bytes, kept);
    it->counts.out += count;
    finish(g_queue_pop_head(&it->out.transfers), 0, count);
  }
}

/* Length of the next packet, of so many bytes that there are. */
static uint32_t next_packet(gadget *it, uint32_t count) {
  uint32_t most = packet_bytes(&it->identity);
  if (it->is_cut_short) {
    it->chance = it->chance * 1664525u + 1013904223u;
    most = 1 + (it->chance >> 8) % most;
  }
  return MIN(most, count);
}

/* Packets for one transfer, which ends when it is full or with one that is short. Boards send no empty packets: where all
   of theirs were full the transfer goes on, as on a real bus. Returns whether it has ended. */
static bool fill(gadget *it, transfer *next) {
  uint32_t packet = packet_bytes(&it->identity), last;
  int status = 0;
  if (next->answer == NULL) next->answer = g_byte_array_new();
  do {
    uint32_t room = next->length - next->answer->len;
    last = next_packet(it, it->to_host->len);
    if (last > room) {
      /* More than the host has room for: the rest of the packet is lost. */
      status = -EOVERFLOW;
      last = room;
    }
    g_byte_array_append(next->answer, it->to_host->data, last);
    g_byte_array_remove_range(it->to_host, 0, last);
    it->counts.in += last;
  } while (status == 0 && last == packet && it->to_host->len > 0 && next->answer->len < next->length);
  bool is_over = status != 0 || last < packet || next->answer->len == next->length;
  if (is_over) finish(next, status, next->answer->len);
  return is_over;
}

static void pump_in(gadget *it) {
  int status;
  bool has_taken = false;
  while (!it->in.is_held && !g_queue_is_empty(&it->in.transfers)) {
    if (must_fail(&it->in, &status)) {
      finish(g_queue_pop_head(&it->in.transfers), status, 0);
    } else if (it->to_host->len > 0) {
      transfer *next = g_queue_pop_head(&it->in.transfers);
      if (!fill(it, next)) g_queue_push_head(&it->in.transfers, next);
      has_taken = true;
    } else {
      break;
    }
  }
  if (has_taken && it->board->functions->has_room != NULL) it->board->functions->has_room(it->board);
}

void pump_endpoints(gadget *it) {
  if (!it->is_plugged || it->is_suspended) return;
  pump_out(it);
  pump_in(it);
  /* A board that waited for room takes more now. */
  if (!g_queue_is_empty(&it->out.transfers)) {
    pump_out(it);
    pump_in(it);
  }
}

static void finish_in_queue(GQueue *queue, const client *owner, int status) {
  GQueue others = G_QUEUE_INIT;
  transfer *next;
  while ((next = g_queue_pop_head(queue)) != NULL) {
    if (owner == NULL || next->owner == owner) finish(next, status, next->answer == NULL ? 0 : next->answer->len);
    else g_queue_push_tail(&others, next);
  }
  *queue = others;
}

void finish_all(gadget *it, const client *owner, int status) {
  finish_in_queue(&it->out.transfers, owner, status);
  finish_in_queue(&it->in.transfers, owner, status);
}

void release_interface(gadget *it) {
  if (it->claimant == NULL) return;
  finish_all(it, it->claimant, -ENOENT);
  it->claimant = NULL;
  if (it->board->functions->released != NULL) it->board->functions->released(it->board);
}

void gadget_unplug(gadget *it) {
  it->is_plugged = false;
  finish_all(it, NULL, -ESHUTDOWN);
  release_interface(it);
  if (it->timer != NULL) g_source_destroy(it->timer);
  g_clear_pointer(&it->timer, g_source_unref);
  it->board->functions->end(it->board);
  it->board = NULL;
  forget_bytes(it);
}

/* ---- Bytes for the host ---- */

uint32_t gadget_room(const gadget *it) {
  uint32_t waiting = it->to_host->len + it->late_bytes;
  return waiting < MOST_WAITING ? MOST_WAITING - waiting : 0;
}

static gboolean late_bytes_are_due(gpointer data) {
  gadget *it = data;
  late_bytes *next;
  if (!lock_if_wanted()) return G_SOURCE_REMOVE;
  while ((next = g_queue_peek_head(&it->late)) != NULL && next->when <= g_get_monotonic_time()) {
    g_byte_array_append(it->to_host, next->bytes->data, next->bytes->len);
    it->late_bytes -= next->bytes->len;
    free_late(g_queue_pop_head(&it->late));
  }
  if (it->timer != NULL) g_source_set_ready_time(it->timer, next == NULL ? -1 : next->when);
  pump_endpoints(it);
  unlock();
  return G_SOURCE_CONTINUE;
}

static gboolean dispatch(GSource *source, GSourceFunc callback, gpointer data) {
  (void)source;
  return callback(data);
}

static void start_timer(gadget *it) {
  static GSourceFuncs functions = {.dispatch = dispatch};
  if (it->timer != NULL || context == NULL) return;
  it->timer = g_source_new(&functions, sizeof(GSource));
  g_source_set_callback(it->timer, late_bytes_are_due, it, NULL);
  g_source_attach(it->timer, context);
}

void gadget_send(gadget *it, const uint8_t *bytes, uint32_t count) {
  if (count == 0) return;
  /* Nothing overtakes what is on its way. */
  if (it->delay == 0 && g_queue_is_empty(&it->late)) {
    g_byte_array_append(it->to_host, bytes, count);
    return;
  }
  late_bytes *last = g_new0(late_bytes, 1);
  last->when = g_get_monotonic_time() + (gint64)it->delay;
  last->bytes = g_byte_array_new();
  g_byte_array_append(last->bytes, bytes, count);
  it->late_bytes += count;
  g_queue_push_tail(&it->late, last);
  start_timer(it);
  if (it->timer != NULL && g_queue_get_length(&it->late) == 1) g_source_set_ready_time(it->timer, last->when);
}
