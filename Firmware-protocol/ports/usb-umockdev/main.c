/* USB devices for tests, on a testbed of umockdev. The first line on the standard output is "dir DIRECTORY"; programs
   that run with LD_PRELOAD=libumockdev-preload.so.0 and UMOCKDEV_DIR=DIRECTORY see the devices. Commands come on the
   standard input, a line each, and each is answered by one line: "ok ..." or "error WHY". README.md of ports lists
   them. At the end of the input the testbed is removed. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "testbed.h"
#include "usbfs.h"

#define PRELOAD "libumockdev-preload.so.0"

typedef struct {
  gadget *usb; /* also after it was unplugged: its counts can still be asked for */
  place_of_device place;
  uint32_t port;
} device;

static UMockdevTestbed *testbed;
static GHashTable *devices; /* by name */
static uint32_t last_port;
enum { MOST_BUSES = 16, MOST_ADDRESS = 127 };
static uint32_t last_address[MOST_BUSES + 1];

/* ---- Plugging ---- */

static void unplug(device *it) {
  gadget_unplug(it->usb);
  usbfs_detach(it->place.node);
  testbed_remove(testbed, &it->place);
}

static void pull_out(gadget *usb) {
  GHashTableIter all;
  gpointer next;
  g_hash_table_iter_init(&all, devices);
  while (g_hash_table_iter_next(&all, NULL, &next)) {
    if (((device *)next)->usb == usb) unplug(next);
  }
}

static bool take_triple(const char *text, uint8_t *first, uint8_t *second, uint8_t *third) {
  unsigned a, b, c = 0;
  char end;
  int expected = third == NULL ? 2 : 3;
  int count = third == NULL ? sscanf(text, "%2x/%2x%c", &a, &b, &end) : sscanf(text, "%2x/%2x/%2x%c", &a, &b, &c, &end);
  if (count != expected) return false;
  *first = (uint8_t)a;
  *second = (uint8_t)b;
  if (third != NULL) *third = (uint8_t)c;
  return true;
}

static GBytes *take_hex(const char *text) {
  gsize count = strlen(text) / 2;
  uint8_t *bytes = g_malloc(count + 1);
  for (gsize n = 0; n < 2 * count; n += 2) {
    int high = g_ascii_xdigit_value(text[n]), low = g_ascii_xdigit_value(text[n + 1]);
    if (high < 0 || low < 0) {
      g_free(bytes);
      return NULL;
    }
    bytes[n / 2] = (uint8_t)(high << 4 | low);
  }
  return g_bytes_new_take(bytes, count);
}

static bool is_address_free(uint64_t bus, uint64_t address) {
  GHashTableIter all;
  gpointer next;
  g_hash_table_iter_init(&all, devices);
  while (g_hash_table_iter_next(&all, NULL, &next)) {
    const gadget *usb = ((device *)next)->usb;
    if (usb != NULL && usb->is_plugged && usb->identity.bus == bus && usb->identity.address == address) return false;
  }
  return address != 1;
}

/* As Linux does: the next address, and not one that has just become free. */
static uint64_t next_address(uint64_t bus) {
  uint32_t address = last_address[bus];
  do address = address >= MOST_ADDRESS || address < 2 ? 2 : address + 1;
  while (!is_address_free(bus, address));
  return last_address[bus] = address;
}

static bool take_identity(arguments *given, usb_identity *it, GError **error) {
  uint64_t vendor = 0x1209, product = 0x0001, bus = 1, address = 0, speed = 480;
  if (!arguments_number(given, "vid", 16, 0xFFFF, &vendor, error)
      || !arguments_number(given, "pid", 16, 0xFFFF, &product, error)
      || !arguments_number(given, "bus", 10, MOST_BUSES, &bus, error)
      || !arguments_number(given, "address", 10, MOST_ADDRESS, &address, error)
      || !arguments_number(given, "speed", 10, 480, &speed, error)) {
    return false;
  }
  it->vendor = g_strdup(arguments_text(given, "vendor", "Tare"));
  it->product = g_strdup(arguments_text(given, "product", "Tare board (emulated)"));
  it->serial = g_strdup(arguments_text(given, "serial", ""));
  const char *interface = arguments_text(given, "interface", "FF/54/01");
  const char *endpoints = arguments_text(given, "endpoints", "81/01");
  const char *descriptors = arguments_text(given, "descriptors", NULL);
  if (bus == 0 || (speed != 12 && speed != 480)) fail(error, "bus or speed is not one that there is");
  else if (!take_triple(interface, &it->class, &it->subclass, &it->protocol))
    fail(error, "interface=%s is not CLASS/SUBCLASS/PROTOCOL", interface);
  else if (!take_triple(endpoints, &it->in, &it->out, NULL) || !(it->in & IN_BIT) || it->out & IN_BIT)
    fail(error, "endpoints=%s is not IN/OUT", endpoints);
  else if (descriptors != NULL && (it->descriptors = take_hex(descriptors)) == NULL)
    fail(error, "descriptors are not hexadecimal");
  else if (address != 0 && !is_address_free(bus, address))
    fail(error, "address %" G_GUINT64_FORMAT " is taken", address);
  if (*error != NULL) return false;
  it->vendor_id = (uint16_t)vendor;
  it->product_id = (uint16_t)product;
  it->speed = (uint32_t)speed;
  it->bus = (uint32_t)bus;
  it->address = (uint32_t)(address == 0 ? next_address(bus) : address);
  last_address[bus] = it->address;
  if (it->descriptors == NULL) describe_device(it);
  return true;
}

static board *take_board(arguments *given, gadget *usb, GError **error) {
  const char *kind = arguments_text(given, "board", "core");
  const char *memory = arguments_text(given, "memory", NULL), *cells = arguments_text(given, "cells", NULL);
  if (strcmp(kind, "core") == 0) return core_board_new(usb, usb->identity.serial, memory, cells, error);
  if (strcmp(kind, "silent") == 0) return silent_board_new(usb);
  if (strcmp(kind, "echo") == 0) return echo_board_new(usb);
  if (strcmp(kind, "text") == 0) return text_board_new(usb);
  if (strchr(kind, ':') != NULL) return line_board_new(usb, kind, error);
  fail(error, "there is no board=%s", kind);
  return NULL;
}

/* Puts a device that has been described into the testbed. */
static bool put(device *it, gadget *usb, const char *tty, const char *driver, GError **error) {
  /* Before the node is there: umockdev aborts a program that opens one which nobody listens behind yet. */
  g_autofree char *node = testbed_node(&usb->identity);
  if (!usbfs_listen(testbed, node, error) || !testbed_add(testbed, &usb->identity, &it->place, error)) return false;
  if (!gadget_open_pipe(usb, it->place.node_file, error)
      || (tty != NULL && !testbed_add_tty(testbed, &it->place, tty, driver, error))) {
    testbed_remove(testbed, &it->place);
    return false;
  }
  usbfs_attach(node, usb);
  usb->pull_out = pull_out;
  it->usb = usb;
  testbed_announce(testbed, &it->place);
  return true;
}

/* The device of that name that is not plugged: one that was, or a new one. */
static device *free_device(arguments *given, GError **error) {
  device *it = g_hash_table_lookup(devices, given->name);
  if (it == NULL) {
    it = g_new0(device, 1);
    it->port = ++last_port;
    g_hash_table_insert(devices, g_strdup(given->name), it);
  } else if (it->usb != NULL && it->usb->is_plugged) {
    fail(error, "%s is plugged already", given->name);
    return NULL;
  }
  return it;
}

static void plug_with(arguments *given, const char *tty, const char *driver, GString *answer, GError **error) {
  device *it = free_device(given, error);
  usb_identity identity = {0};
  if (it == NULL) return;
  identity.port = it->port;
  if (!take_identity(given, &identity, error)) {
    identity_clear(&identity);
    return;
  }
  gadget *usb = gadget_new(identity);
  usb->is_busy = tty != NULL;
  usb->board = tty != NULL ? silent_board_new(usb) : take_board(given, usb, error);
  gadget *old = it->usb;
  if (usb->board == NULL || !arguments_end(given, error) || !put(it, usb, tty, driver, error)) {
    if (usb->board != NULL) usb->board->functions->end(usb->board);
    gadget_release(usb);
    return;
  }
  if (old != NULL) gadget_release(old);
  if (tty != NULL) g_string_append_printf(answer, " /dev/%s", tty);
  else g_string_append_printf(answer, " %s", it->place.node);
}

static void plug(arguments *given, GString *answer, GError **error) {
  plug_with(given, NULL, NULL, answer, error);
}

static void plug_tty(arguments *given, GString *answer, GError **error) {
  const char *path = arguments_text(given, "path", "ttyACM0");
  const char *driver = arguments_text(given, "driver", strncmp(path, "ttyUSB", 6) == 0 ? "ftdi_sio" : "cdc_acm");
  if (strcmp(driver, "cdc_acm") != 0 && strcmp(driver, "ftdi_sio") != 0) fail(error, "there is no driver=%s", driver);
  else if (strncmp(path, "tty", 3) != 0 || strchr(path, '/') != NULL) fail(error, "path=%s is no name of a tty", path);
  else plug_with(given, path, driver, answer, error);
}

/* ---- Commands to devices ---- */

/* The device that a command names; what it had until it was unplugged where `must_be_plugged` is false. */
static device *named(arguments *given, bool must_be_plugged, GError **error) {
  device *it = g_hash_table_lookup(devices, given->name);
  if (it == NULL || it->usb == NULL) fail(error, "there is no %s", given->name);
  else if (must_be_plugged && !it->usb->is_plugged) fail(error, "%s is not plugged", given->name);
  else return it;
  return NULL;
}

static void unplug_now_or_later(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  uint64_t urbs = 0;
  (void)answer;
  if (it == NULL || !arguments_number(given, "urbs", 10, UINT64_MAX, &urbs, error) || !arguments_end(given, error)) return;
  if (urbs > 0) it->usb->urbs_left = urbs;
  else unplug(it);
}

/* The endpoints that a command names: "in", "out" or "both". */
static bool take_endpoints(arguments *given, gadget *usb, endpoint *endpoints[2], GError **error) {
  bool is_both = arguments_has(given, "both");
  bool is_in = arguments_has(given, "in") || is_both, is_out = arguments_has(given, "out") || is_both;
  endpoints[0] = is_in ? &usb->in : NULL;
  endpoints[1] = is_out ? &usb->out : NULL;
  if (!is_in && !is_out) fail(error, "%s needs in, out or both", given->verb);
  return is_in || is_out;
}

static void set_faults(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  endpoint *endpoints[2];
  bool is_stall = strcmp(given->verb, "stall") == 0;
  uint64_t count = 1, number = EPROTO;
  (void)answer;
  if (it == NULL || !take_endpoints(given, it->usb, endpoints, error)
      || !arguments_number(given, "count", 10, UINT32_MAX, &count, error)
      || (!is_stall && !arguments_number(given, "errno", 10, 4095, &number, error)) || !arguments_end(given, error)) {
    return;
  }
  for (size_t n = 0; n < 2; n++) {
    if (endpoints[n] == NULL) continue;
    if (is_stall) endpoints[n]->stalls = (uint32_t)count;
    else endpoints[n]->errors = (uint32_t)count;
    endpoints[n]->error_number = (int)number;
  }
  pump_endpoints(it->usb);
}

static void hold(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  endpoint *endpoints[2];
  (void)answer;
  if (it == NULL || !take_endpoints(given, it->usb, endpoints, error) || !arguments_end(given, error)) return;
  for (size_t n = 0; n < 2; n++) {
    if (endpoints[n] != NULL) endpoints[n]->is_held = true;
  }
}

static void release(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  (void)answer;
  if (it == NULL || !arguments_end(given, error)) return;
  it->usb->in.is_held = it->usb->out.is_held = false;
  pump_endpoints(it->usb);
}

static void cut_short(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  uint64_t seed = 0;
  (void)answer;
  if (it == NULL || !arguments_number(given, "seed", 10, UINT32_MAX, &seed, error)) return;
  bool is_off = arguments_has(given, "off");
  if (!arguments_end(given, error)) return;
  it->usb->is_cut_short = !is_off;
  it->usb->chance = (uint32_t)seed;
}

static void suspend_or_resume(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  (void)answer;
  if (it == NULL || !arguments_end(given, error)) return;
  it->usb->is_suspended = strcmp(given->verb, "suspend") == 0;
  if (it->usb->is_suspended) finish_all(it->usb, NULL, -ESHUTDOWN);
  pump_endpoints(it->usb);
}

static void power(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  (void)answer;
  if (it == NULL || !arguments_end(given, error)) return;
  board *board = it->usb->board;
  if (board->functions->restart == NULL) {
    fail(error, "%s has no core", given->name);
    return;
  }
  forget_bytes(it->usb);
  board->functions->restart(board, error);
}

static void busy(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  (void)answer;
  if (it == NULL) return;
  bool is_on = arguments_has(given, "on"), is_off = arguments_has(given, "off");
  if (!arguments_end(given, error)) return;
  if (is_on == is_off) fail(error, "busy needs on or off");
  else it->usb->is_busy = is_on;
}

static void delay(arguments *given, GString *answer, GError **error) {
  device *it = named(given, true, error);
  uint64_t time = 0;
  (void)answer;
  if (it == NULL || !arguments_number(given, "us", 10, 60000000, &time, error) || !arguments_end(given, error)) return;
  it->usb->delay = time;
}

static void statistics(arguments *given, GString *answer, GError **error) {
  device *it = named(given, false, error);
  if (it == NULL || !arguments_end(given, error)) return;
  const gadget *usb = it->usb;
  const struct {
    const char *name;
    uint64_t count;
  } counts[] = {
      {"urbs", usb->counts.urbs},         {"out", usb->counts.out},     {"in", usb->counts.in},
      {"discards", usb->counts.discards}, {"halts", usb->counts.halts}, {"control", usb->counts.control},
      {"stops", usb->counts.stops},       {"claims", usb->counts.claims},
  };
  for (size_t n = 0; n < G_N_ELEMENTS(counts); n++) {
    g_string_append_printf(answer, " %s=%" G_GUINT64_FORMAT, counts[n].name, counts[n].count);
  }
}

static void received(arguments *given, GString *answer, GError **error) {
  device *it = named(given, false, error);
  if (it == NULL || !arguments_end(given, error)) return;
  g_string_append(answer, " ");
  for (guint n = 0; n < it->usb->received->len; n++) {
    g_string_append_printf(answer, "%02x", it->usb->received->data[n]);
  }
}

/* ---- The program ---- */

typedef void (*command)(arguments *given, GString *answer, GError **error);

static const struct {
  const char *verb;
  command obey;
} commands[] = {
    {"plug", plug},        {"unplug", unplug_now_or_later}, {"tty", plug_tty},
    {"stall", set_faults}, {"error", set_faults},           {"hold", hold},
    {"release", release},  {"short", cut_short},            {"suspend", suspend_or_resume},
    {"power", power},      {"resume", suspend_or_resume},   {"stats", statistics},
    {"busy", busy},        {"received", received},          {"delay", delay},
};

static void obey(const char *line) {
  GError *error = NULL;
  g_autoptr(GString) answer = g_string_new("ok");
  arguments *given = arguments_take(line, &error);
  command found = NULL;
  for (size_t n = 0; given != NULL && n < G_N_ELEMENTS(commands); n++) {
    if (strcmp(commands[n].verb, given->verb) == 0) found = commands[n].obey;
  }
  if (found != NULL) {
    lock();
    found(given, answer, &error);
    unlock();
  } else if (error == NULL) {
    fail(&error, "there is no command %s", given->verb);
  }
  if (error != NULL) g_string_printf(answer, "error %s", error->message);
  g_clear_error(&error);
  arguments_free(given);
  puts(answer->str);
  fflush(stdout);
}

/* umockdev tells of devices only in a process that sees the testbed itself. */
static void enter_testbed(char **words) {
  const char *preload = getenv("LD_PRELOAD");
  if (preload != NULL && strstr(preload, PRELOAD) != NULL) return;
  setenv("LD_PRELOAD", PRELOAD, 1);
  g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
  if (program != NULL) execv(program, words);
  perror("execv");
  exit(EXIT_FAILURE);
}

/* A program that is killed within a call leaves a stream open, of which umockdev complains; it is closed with the
   rest of what belonged to the program. */
static void on_message(const char *domain, GLogLevelFlags level, const char *text, gpointer data) {
  if (strstr(text, "Destroying IoctlClient with open stream") == NULL) g_log_default_handler(domain, level, text, data);
}

static pthread_t main_thread;
static volatile sig_atomic_t is_over;

/* Ends the wait of the main thread for a command, whichever thread the signal came to. */
static void on_signal(int number) {
  is_over = 1;
  if (!pthread_equal(pthread_self(), main_thread)) pthread_kill(main_thread, number);
}

static void catch_signals(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction action = {.sa_handler = on_signal};
  main_thread = pthread_self();
  for (size_t n = 0; n < G_N_ELEMENTS(numbers); n++) sigaction(numbers[n], &action, NULL);
  signal(SIGPIPE, SIG_IGN);
}

/* A program that has crashed may have left its end of the pipe to others: this one ends with it all the same. */
static gpointer watch_parent(gpointer parent) {
  while (getppid() == GPOINTER_TO_INT(parent)) sleep(1);
  pthread_kill(main_thread, SIGTERM);
  return NULL;
}

enum { LONGEST_END = 5 /* s */ };

int main(int count, char **words) {
  (void)count;
  enter_testbed(words);
  catch_signals();
  g_thread_unref(g_thread_new("parent", watch_parent, GINT_TO_POINTER(getppid())));
  g_log_set_default_handler(on_message, NULL);
  testbed = umockdev_testbed_new();
  devices = g_hash_table_new(g_str_hash, g_str_equal);
  g_autofree char *directory = umockdev_testbed_get_root_dir(testbed);
  printf("dir %s\n", directory);
  fflush(stdout);
  char *line = NULL;
  size_t room = 0;
  while (!is_over && getline(&line, &room, stdin) > 0) obey(line);
  free(line);
  /* A program that has stopped within a call must not keep this one. */
  alarm(LONGEST_END);
  g_object_unref(testbed);
  return EXIT_SUCCESS;
}
