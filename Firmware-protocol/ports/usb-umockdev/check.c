/* Tries the emulated devices with libusb, as programs do: check PROGRAM, with libumockdev-preload.so.0 preloaded.
   With "speed" behind it, it measures instead. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <libusb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { VENDOR = 0x1209, PRODUCT = 0x0001, IN = 0x81, OUT = 0x01, PATIENCE = 2000 /* ms */ };
enum { STOP = 0x53, STOP_VALUE = 0x5453 };

/* HELLO and EMERGENCY_STOP of vectors/frames.json, with the nonce 0; types of the answers. */
static uint8_t hello[] = {0x03, 0x10, 0x01, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 0x54, 0x4F, 0xD8, 0x33, 0x00};
enum { HELLO_ACK = 2, TYPE_AT = 2, LEAST_ACK = 90 };

static FILE *to_program, *from_program;
static libusb_context *context;
static libusb_device_handle *handle;
static int failures;

static void expect_at(int line, const char *what, bool is_true) {
  if (is_true) return;
  printf("FAILED: line %d: %s\n", line, what);
  failures++;
}
#define EXPECT(condition) expect_at(__LINE__, #condition, condition)

/* ---- The program ---- */

static void start_program(const char *name) {
  int down[2], up[2];
  if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) exit(EXIT_FAILURE);
  if (fork() == 0) {
    dup2(down[0], STDIN_FILENO);
    dup2(up[1], STDOUT_FILENO);
    execl(name, name, (char *)NULL);
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_program = fdopen(down[1], "w");
  from_program = fdopen(up[0], "r");
  char directory[256];
  if (fscanf(from_program, "dir %255s%*1[\n]", directory) != 1) exit(EXIT_FAILURE);
  setenv("UMOCKDEV_DIR", directory, 1);
}

static const char *command(const char *text) {
  static char answer[200000];
  fprintf(to_program, "%s\n", text);
  fflush(to_program);
  if (fgets(answer, sizeof answer, from_program) == NULL) exit(EXIT_FAILURE);
  answer[strcspn(answer, "\n")] = 0;
  return answer;
}

static bool is_ok(const char *text) {
  const char *answer = command(text);
  if (strncmp(answer, "ok", 2) != 0) printf("%s: %s\n", text, answer);
  return strncmp(answer, "ok", 2) == 0;
}

/* ---- Transfers ---- */

static int send_bytes(uint8_t *bytes, int count) {
  int sent = 0;
  return libusb_bulk_transfer(handle, OUT, bytes, count, &sent, PATIENCE);
}

/* Bytes until none come any more, or so many have. */
static int receive(uint8_t *bytes, int count, int *result) {
  int all = 0, taken = 0;
  while (all < count && (*result = libusb_bulk_transfer(handle, IN, bytes + all, 512, &taken, 100)) == 0) all += taken;
  return all;
}

static int stop_board(void) { return libusb_control_transfer(handle, 0x40, STOP, STOP_VALUE, 0, NULL, 0, PATIENCE); }

static int is_stopped(void) {
  uint8_t answer = 9;
  int count = libusb_control_transfer(handle, 0xC0, STOP, STOP_VALUE, 0, &answer, 1, PATIENCE);
  return count == 1 ? answer : -1;
}

static bool open_device(void) {
  handle = libusb_open_device_with_vid_pid(context, VENDOR, PRODUCT);
  return handle != NULL;
}

static bool greets(void) {
  uint8_t bytes[4096];
  int result;
  if (send_bytes(hello, sizeof hello) != 0) return false;
  int count = receive(bytes, sizeof bytes - 512, &result);
  return count >= LEAST_ACK && bytes[TYPE_AT] == HELLO_ACK && bytes[count - 1] == 0;
}

static int arrivals, departures;

static int LIBUSB_CALL on_hotplug(libusb_context *its_context, libusb_device *device, libusb_hotplug_event event,
                                  void *data) {
  (void)its_context;
  (void)device;
  (void)data;
  *(event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED ? &arrivals : &departures) += 1;
  return 0;
}

static void handle_events_until(int *count, int wanted) {
  for (int turn = 0; *count < wanted && turn < 40; turn++) {
    struct timeval time = {0, 50000};
    libusb_handle_events_timeout_completed(context, &time, NULL);
  }
}

/* ---- Checks ---- */

static void check_identity(void) {
  unsigned char text[64];
  struct libusb_device_descriptor descriptor;
  struct libusb_config_descriptor *configuration;
  libusb_device *device = libusb_get_device(handle);
  EXPECT(libusb_get_bus_number(device) == 1 && libusb_get_device_address(device) == 5);
  EXPECT(libusb_get_device_descriptor(device, &descriptor) == 0);
  EXPECT(libusb_get_string_descriptor_ascii(handle, descriptor.iSerialNumber, text, sizeof text) == 4);
  EXPECT(memcmp(text, "SN-1", 4) == 0);
  EXPECT(libusb_get_string_descriptor_ascii(handle, descriptor.iProduct, text, sizeof text) == 7);
  EXPECT(memcmp(text, "A board", 7) == 0);
  EXPECT(libusb_get_active_config_descriptor(device, &configuration) == 0);
  const struct libusb_interface_descriptor *interface = configuration->interface[0].altsetting;
  EXPECT(interface->bInterfaceClass == 0xFF && interface->bInterfaceSubClass == 0x54);
  EXPECT(interface->bNumEndpoints == 2 && interface->endpoint[0].bEndpointAddress == IN);
  EXPECT(libusb_get_max_packet_size(device, IN) == 512);
  libusb_free_config_descriptor(configuration);
}

static void check_faults(void) {
  uint8_t bytes[512];
  int result, count = 0;
  EXPECT(is_ok("stall A out"));
  EXPECT(send_bytes(hello, sizeof hello) == LIBUSB_ERROR_PIPE);
  EXPECT(send_bytes(hello, sizeof hello) == LIBUSB_ERROR_PIPE);
  EXPECT(libusb_clear_halt(handle, OUT) == 0 && greets());
  EXPECT(is_ok("stall A in") && libusb_bulk_transfer(handle, IN, bytes, 512, &count, PATIENCE) == LIBUSB_ERROR_PIPE);
  EXPECT(libusb_clear_halt(handle, IN) == 0 && greets());
  EXPECT(is_ok("error A in errno=71"));
  EXPECT(libusb_bulk_transfer(handle, IN, bytes, 512, &count, PATIENCE) == LIBUSB_ERROR_IO && greets());
  /* A board that says NAK: the transfer is cancelled, and its bytes were not sent. */
  EXPECT(is_ok("hold A out"));
  EXPECT(libusb_bulk_transfer(handle, OUT, hello, sizeof hello, &count, 50) == LIBUSB_ERROR_TIMEOUT && count == 0);
  EXPECT(is_ok("release A") && receive(bytes, 512, &result) == 0 && result == LIBUSB_ERROR_TIMEOUT && greets());
  EXPECT(is_ok("short A seed=7") && greets() && is_ok("short A off"));
  EXPECT(is_ok("delay A us=3000") && greets() && is_ok("delay A us=0"));
  EXPECT(is_ok("suspend A") && send_bytes(hello, sizeof hello) != 0 && is_ok("resume A") && greets());
}

static void check_stop(void) {
  EXPECT(is_stopped() == 0);
  EXPECT(is_ok("hold A both") && stop_board() == 0 && is_stopped() == 1);
  EXPECT(libusb_control_transfer(handle, 0x40, STOP, 0, 0, NULL, 0, PATIENCE) == LIBUSB_ERROR_PIPE);
  EXPECT(is_ok("release A") && is_ok("power A") && is_stopped() == 1 && greets());
}

/* Another process cannot claim what is claimed, and can send the stop. */
static void check_second(const char *self) {
  int status = -1;
  pid_t process = fork();
  if (process == 0) {
    execl(self, self, "second", (char *)NULL);
    _exit(127);
  }
  waitpid(process, &status, 0);
  EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int be_second(void) {
  if (libusb_init(&context) != 0 || !open_device()) return 2;
  if (libusb_claim_interface(handle, 0) != LIBUSB_ERROR_BUSY) return 3;
  if (stop_board() != 0) return 4;
  libusb_close(handle);
  libusb_exit(context);
  return 0;
}

/* A program that is killed in the middle of its transfers lets the interface go. */
static void check_killed(const char *self) {
  pid_t process = fork();
  if (process == 0) {
    execl(self, self, "busy", (char *)NULL);
    _exit(127);
  }
  usleep(300000);
  int result = libusb_claim_interface(handle, 0);
  EXPECT(result == LIBUSB_ERROR_BUSY);
  kill(process, SIGKILL);
  waitpid(process, NULL, 0);
  for (int turn = 0; turn < 40 && result != 0; turn++) {
    usleep(50000);
    result = libusb_claim_interface(handle, 0);
  }
  EXPECT(result == 0 && greets());
}

static int be_busy(void) {
  uint8_t bytes[4096];
  int result;
  if (libusb_init(&context) != 0 || !open_device() || libusb_claim_interface(handle, 0) != 0) return 2;
  for (;;) {
    send_bytes(hello, sizeof hello);
    receive(bytes, 1, &result);
  }
}

static enum libusb_transfer_status statuses[4];
static int ended;

static void LIBUSB_CALL on_end(struct libusb_transfer *transfer) { statuses[ended++] = transfer->status; }

static void check_unplug(void) {
  static uint8_t bytes[4][512];
  struct libusb_transfer *transfers[4];
  uint8_t rest[1024];
  int result;
  /* Takes what the board has said of the stop. */
  EXPECT(receive(rest, sizeof rest, &result) > 0 && result == LIBUSB_ERROR_TIMEOUT);
  for (int n = 0; n < 4; n++) {
    transfers[n] = libusb_alloc_transfer(0);
    libusb_fill_bulk_transfer(transfers[n], handle, IN, bytes[n], 512, on_end, NULL, 0);
    EXPECT(libusb_submit_transfer(transfers[n]) == 0);
  }
  EXPECT(libusb_cancel_transfer(transfers[3]) == 0);
  handle_events_until(&ended, 1);
  EXPECT(ended == 1 && statuses[0] == LIBUSB_TRANSFER_CANCELLED);
  EXPECT(is_ok("unplug A"));
  handle_events_until(&ended, 4);
  EXPECT(ended == 4 && statuses[1] == LIBUSB_TRANSFER_NO_DEVICE && statuses[3] == LIBUSB_TRANSFER_NO_DEVICE);
  handle_events_until(&departures, 1);
  EXPECT(departures == 1 && send_bytes(hello, sizeof hello) == LIBUSB_ERROR_NO_DEVICE);
  for (int n = 0; n < 4; n++) libusb_free_transfer(transfers[n]);
  libusb_close(handle);
  EXPECT(!open_device());
  EXPECT(is_ok("plug A serial=SN-2 board=echo"));
  handle_events_until(&arrivals, 1);
  EXPECT(arrivals == 1 && open_device() && libusb_claim_interface(handle, 0) == 0);
  /* Pulled out at the second transfer from now. */
  EXPECT(is_ok("unplug A urbs=2") && send_bytes(hello, sizeof hello) == 0);
  EXPECT(send_bytes(hello, sizeof hello) == LIBUSB_ERROR_NO_DEVICE);
  libusb_close(handle);
  handle_events_until(&departures, 2);
  EXPECT(departures == 2 && !open_device());
}

static int check(const char *self) {
  EXPECT(is_ok("plug A serial=SN-1 product=A%20board address=5"));
  EXPECT(libusb_init(&context) == 0);
  libusb_hotplug_register_callback(
      context, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, LIBUSB_HOTPLUG_NO_FLAGS, VENDOR,
      LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, on_hotplug, NULL, NULL);
  if (!open_device()) {
    printf("FAILED: no device\n");
    return EXIT_FAILURE;
  }
  check_identity();
  EXPECT(is_ok("busy A on") && libusb_claim_interface(handle, 0) == LIBUSB_ERROR_BUSY);
  EXPECT(libusb_kernel_driver_active(handle, 0) == 1 && is_ok("busy A off"));
  EXPECT(libusb_kernel_driver_active(handle, 0) == 0);
  check_killed(self);
  EXPECT(greets());
  check_stop();
  check_faults();
  check_second(self);
  check_unplug();
  libusb_exit(context);
  printf(failures == 0 ? "passed\n" : "%d checks failed\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- Speed ---- */

enum { FLIGHT = 4, BLOCK = 4096, SECONDS = 2 };
static bool is_over;
static long transfers_done, bytes_back;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void LIBUSB_CALL again(struct libusb_transfer *transfer) {
  transfers_done++;
  if (transfer->endpoint == IN) bytes_back += transfer->actual_length;
  if (is_over || transfer->status != LIBUSB_TRANSFER_COMPLETED || libusb_submit_transfer(transfer) != 0) ended++;
}

static double cpu_of(int who) {
  struct rusage usage;
  getrusage(who, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + 1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Blocks of `length` to an echo and back, several in flight both ways. */
static void measure(int length) {
  static uint8_t bytes[2 * FLIGHT][BLOCK];
  struct libusb_transfer *transfers[2 * FLIGHT];
  ended = 0;
  is_over = false;
  transfers_done = bytes_back = 0;
  double start = now(), cpu = cpu_of(RUSAGE_SELF);
  for (int n = 0; n < 2 * FLIGHT; n++) {
    transfers[n] = libusb_alloc_transfer(0);
    bool is_in = n < FLIGHT;
    libusb_fill_bulk_transfer(transfers[n], handle, is_in ? IN : OUT, bytes[n], is_in ? BLOCK : length, again, NULL, 0);
    libusb_submit_transfer(transfers[n]);
  }
  while (ended < 2 * FLIGHT) {
    struct timeval time = {0, 50000};
    libusb_handle_events_timeout_completed(context, &time, NULL);
    if (now() - start < SECONDS || is_over) continue;
    is_over = true;
    for (int n = 0; n < 2 * FLIGHT; n++) libusb_cancel_transfer(transfers[n]);
  }
  double time = now() - start;
  printf("blocks of %d: %.0f transfers/s, %.2f MB/s back, CPU %.0f %%\n", length, (double)transfers_done / time,
         (double)bytes_back / time / 1e6, 100 * (cpu_of(RUSAGE_SELF) - cpu) / time);
  for (int n = 0; n < 2 * FLIGHT; n++) libusb_free_transfer(transfers[n]);
}

static void LIBUSB_CALL on_idle_end(struct libusb_transfer *transfer) { *(int *)transfer->user_data = 1; }

static void measure_idle(void) {
  static uint8_t bytes[BLOCK];
  int is_done = 0;
  struct libusb_transfer *transfer = libusb_alloc_transfer(0);
  libusb_fill_bulk_transfer(transfer, handle, IN, bytes, BLOCK, on_idle_end, &is_done, SECONDS * 1000);
  double cpu = cpu_of(RUSAGE_SELF);
  libusb_submit_transfer(transfer);
  while (!is_done) libusb_handle_events_completed(context, &is_done);
  printf("one transfer that waits: CPU %.1f %%\n", 100 * (cpu_of(RUSAGE_SELF) - cpu) / SECONDS);
  libusb_free_transfer(transfer);
}

static int measure_speed(void) {
  if (!is_ok("plug A board=echo") || libusb_init(&context) != 0 || !open_device()) return EXIT_FAILURE;
  if (libusb_claim_interface(handle, 0) != 0) return EXIT_FAILURE;
  measure(400);
  measure(BLOCK);
  /* What came back too late to be measured. */
  uint8_t rest[BLOCK];
  int result;
  receive(rest, sizeof rest - 512, &result);
  measure_idle();
  libusb_close(handle);
  libusb_exit(context);
  fclose(to_program);
  wait(NULL);
  printf("CPU of the program in all: %.2f s\n", cpu_of(RUSAGE_CHILDREN));
  return EXIT_SUCCESS;
}

int main(int count, char **words) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (count < 2) return EXIT_FAILURE;
  if (strcmp(words[1], "second") == 0) return be_second();
  if (strcmp(words[1], "busy") == 0) return be_busy();
  start_program(words[1]);
  return count > 2 ? measure_speed() : check(words[0]);
}
