/* The reference core over the crossbars of ../model, powered by the bus. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../model/crossbar_model.h"
#include "board.h"
#include "gadget.h"

enum { FRAME = 1024, QUEUE = 16 * 1024, ANSWERS = 16 * 1024, PATTERN = 4096, PROFILES = 4 };
/* How often the core looks at its clock without being asked, and for how long it works in one go. */
enum { TICK = 10 /* ms */, TURN = 500 /* us */ };

typedef struct {
  crossbar_model model; /* first: what the core gets as its port */
  board board;
  int memory, cells; /* files, or -1 */
  uint8_t store[MODEL_MEMORY];
  tare_board core;
  tare_setup setup;
  tare_shape profiles[PROFILES];
  uint8_t frame[2 * (FRAME + FRAME / 254 + 2)], queue[QUEUE], answers[ANSWERS], pattern[PATTERN];
  char *serial;
  GSource *work, *tick;
} core_board;

static core_board *core_of(board *it) { return (core_board *)((char *)it - offsetof(core_board, board)); }

/* ---- Hardware ---- */

static uint64_t clock_ns(void *port) {
  struct timespec now;
  (void)port;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint32_t send_bytes(void *port, const uint8_t *bytes, uint32_t count) {
  core_board *it = port;
  count = MIN(count, gadget_room(it->board.usb));
  gadget_send(it->board.usb, bytes, count);
  return count;
}

/* A file of the host keeps what was written although this program is killed. */
static bool write_all(int file, uint32_t place, const void *bytes, uint32_t count) {
  return file < 0 || pwrite(file, bytes, count, place) == (ssize_t)count;
}

static bool memory(void *port, uint32_t address, void *bytes, uint32_t count, bool is_write) {
  core_board *it = port;
  if (address > MODEL_MEMORY || count > MODEL_MEMORY - address) return false;
  if (!is_write) {
    memcpy(bytes, it->store + address, count);
    return true;
  }
  memcpy(it->store + address, bytes, count);
  return write_all(it->memory, address, bytes, count);
}

static bool outputs(void *port, bool are_on) {
  (void)port;
  (void)are_on;
  return true;
}

static bool keep(crossbar_model *model, uint32_t place, const void *bytes, uint32_t count) {
  return write_all(((core_board *)model)->cells, place, bytes, count);
}

static const tare_hardware hardware = {clock_ns,    send_bytes, memory,        outputs,
                                       model_pulse, model_read, model_multiply};

/* ---- Work ---- */

/* One turn: bytes that the core sends go to the host together. */
static bool work(core_board *it) {
  gint64 end = g_get_monotonic_time() + TURN;
  bool has_more;
  do has_more = tare_poll(&it->core);
  while (has_more && g_get_monotonic_time() < end);
  pump_endpoints(it->board.usb);
  return has_more;
}

static gboolean on_work(gpointer data) {
  core_board *it = data;
  if (!lock_if_wanted()) return G_SOURCE_REMOVE;
  bool has_more = work(it);
  if (!has_more) g_clear_pointer(&it->work, g_source_unref);
  unlock();
  return has_more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* What the core does it does between the calls of programs, so that an emergency stop finds it between two groups of
   pulses. */
static void wake(core_board *it) {
  if (it->work != NULL || gadget_context() == NULL) return;
  it->work = g_idle_source_new();
  g_source_set_priority(it->work, G_PRIORITY_DEFAULT);
  g_source_set_callback(it->work, on_work, it, NULL);
  g_source_attach(it->work, gadget_context());
}

static gboolean on_tick(gpointer data) {
  if (!lock_if_wanted()) return G_SOURCE_REMOVE;
  wake(data);
  unlock();
  return G_SOURCE_CONTINUE;
}

/* ---- The board ---- */

static bool take(board *board, const uint8_t *bytes, uint32_t count) {
  core_board *it = core_of(board);
  tare_receive(&it->core, bytes, count);
  wake(it);
  return true;
}

static void claimed(board *board) {
  core_board *it = core_of(board);
  if (it->tick != NULL) return;
  it->tick = g_timeout_source_new(TICK);
  g_source_set_callback(it->tick, on_tick, it, NULL);
  g_source_attach(it->tick, gadget_context());
}

static void has_room(board *board) { wake(core_of(board)); }

static void stop(board *board) {
  core_board *it = core_of(board);
  tare_emergency_stop(&it->core);
  wake(it);
}

/* The stop acts at once, and is written down when the core is next at work. */
static bool is_stopped(board *board) {
  const tare_board *core = &core_of(board)->core;
  return core->record.is_latched || core->emergencies != core->emergencies_seen;
}

static void describe(core_board *it) {
  tare_setup *setup = &it->setup;
  model_describe(setup);
  setup->model = "crossbar model on USB";
  setup->serial_number = it->serial;
  setup->firmware = "1";
  /* Boards of different serial numbers are different boards; FNV-1a. */
  uint64_t hash = 14695981039346656037u;
  for (const char *c = it->serial; *c != 0; c++) hash = (hash ^ (uint8_t)*c) * 1099511628211u;
  memcpy(setup->board, "tare-usb", 8);
  memcpy(setup->board + 8, &hash, 8);
  setup->most_frame = FRAME;
  setup->frame = it->frame;
  setup->queue = it->queue;
  setup->queue_bytes = sizeof it->queue;
  setup->answers = it->answers;
  setup->answer_bytes = sizeof it->answers;
  setup->pattern = it->pattern;
  setup->pattern_bytes = sizeof it->pattern;
  setup->profiles = it->profiles;
  setup->profile_count = PROFILES;
}

/* Reads what a file has, and makes it as long as what it keeps; false if the file cannot be had. */
static bool open_file(const char *name, int *file, void *bytes, size_t count) {
  *file = -1;
  if (name == NULL) return true;
  *file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (*file < 0) return false;
  ssize_t read = pread(*file, bytes, count, 0);
  return read >= 0 && ((size_t)read == count || write_all(*file, 0, bytes, (uint32_t)count));
}

static void power_on(core_board *it) {
  it->model.noise = 1;
  it->model.keep = keep;
  memset(&it->setup, 0, sizeof it->setup);
  describe(it);
  tare_start(&it->core, &it->setup, &hardware, &it->model);
}

static bool restart(board *board, GError **error) {
  core_board *it = core_of(board);
  (void)error;
  /* All that outlives the power is in the store and the cells, as the files have it. */
  power_on(it);
  return true;
}

static void stop_source(GSource **source) {
  if (*source != NULL) g_source_destroy(*source);
  g_clear_pointer(source, g_source_unref);
}

static void end(board *board) {
  core_board *it = core_of(board);
  stop_source(&it->work);
  stop_source(&it->tick);
  if (it->memory >= 0) close(it->memory);
  if (it->cells >= 0) close(it->cells);
  g_free(it->serial);
  g_free(it);
}

board *core_board_new(struct gadget *usb, const char *serial, const char *memory_name, const char *cells_name,
                      GError **error) {
  static const board_functions functions = {.take = take,
                                            .claimed = claimed,
                                            .has_room = has_room,
                                            .stop = stop,
                                            .is_stopped = is_stopped,
                                            .restart = restart,
                                            .end = end};
  core_board *it = g_new0(core_board, 1);
  it->board.functions = &functions;
  it->board.usb = usb;
  it->serial = g_strdup(serial);
  it->cells = -1;
  /* What memory that was never written holds. */
  memset(it->store, 0xFF, sizeof it->store);
  if (!open_file(memory_name, &it->memory, it->store, sizeof it->store)
      || !open_file(cells_name, &it->cells, it->model.cells, sizeof it->model.cells)) {
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s",
                it->cells < 0 && it->memory < 0 ? memory_name : cells_name, g_strerror(errno));
    end(&it->board);
    return NULL;
  }
  power_on(it);
  return &it->board;
}
