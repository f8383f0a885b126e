/* The reference core over the crossbars of ../model, powered by the bus. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../model/crossbar_model.h"
#include "board.h"
#include "gadget.h"

enum { FRAME = 1024, QUEUE = 16 * 1024, ANSWERS = 16 * 1024, PATTERN = 4096, PROFILES = 4 };
/* How often the core looks at its clock without being asked, and for how long it works in one go. */
enum { TICK = 10 /* ms */, TURN = 200 /* us */ };

typedef struct {
  crossbar_model model; /* first: what the core gets as its port */
  board board;
  uint8_t *store, *cells; /* what outlives the power */
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

static bool memory(void *port, uint32_t address, void *bytes, uint32_t count, bool is_write) {
  core_board *it = port;
  if (address > MODEL_MEMORY || count > MODEL_MEMORY - address) return false;
  if (is_write) memcpy(it->store + address, bytes, count);
  else memcpy(bytes, it->store + address, count);
  return true;
}

static bool outputs(void *port, bool are_on) {
  (void)port;
  (void)are_on;
  return true;
}

static bool keep(crossbar_model *model, uint32_t place, const void *bytes, uint32_t count) {
  memcpy(((core_board *)model)->cells + place, bytes, count);
  return true;
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

/* Memory that a file keeps, although this program is killed, or that is forgotten where there is no name. What a file
   is too short for was never written. */
static uint8_t *map_file(const char *name, uint32_t count, uint8_t blank, GError **error) {
  int file = name == NULL ? -1 : open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  off_t length = file < 0 ? 0 : lseek(file, 0, SEEK_END);
  uint8_t *bytes = MAP_FAILED;
  if (name == NULL || (file >= 0 && length >= 0 && (length >= count || ftruncate(file, count) == 0))) {
    bytes = mmap(NULL, count, PROT_READ | PROT_WRITE, name == NULL ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, file, 0);
  }
  if (bytes == MAP_FAILED) {
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", name == NULL ? "memory" : name,
                g_strerror(errno));
  }
  if (file >= 0) close(file);
  if (bytes == MAP_FAILED) return NULL;
  if (length < count) memset(bytes + length, blank, count - (size_t)length);
  return bytes;
}

static void power_on(core_board *it) {
  it->model.noise = 1;
  it->model.keep = keep;
  memcpy(it->model.cells, it->cells, sizeof it->model.cells);
  memset(&it->setup, 0, sizeof it->setup);
  describe(it);
  tare_start(&it->core, &it->setup, &hardware, &it->model);
}

static bool restart(board *board, GError **error) {
  core_board *it = core_of(board);
  (void)error;
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
  if (it->store != NULL) munmap(it->store, MODEL_MEMORY);
  if (it->cells != NULL) munmap(it->cells, sizeof it->model.cells);
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
  it->store = map_file(memory_name, MODEL_MEMORY, 0xFF, error);
  if (it->store != NULL) it->cells = map_file(cells_name, sizeof it->model.cells, 0, error);
  if (it->cells == NULL) {
    end(&it->board);
    return NULL;
  }
  power_on(it);
  return &it->board;
}
