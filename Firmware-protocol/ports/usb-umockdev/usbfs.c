#include "usbfs.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include "memory.h"

/* Speeds of linux/usb/ch9.h. */
enum { FULL_SPEED = 2, HIGH_SPEED = 3, SETUP_BYTES = 8 };
/* A program that asks in vain so often has no use of asking faster: its next calls are answered later. */
enum { MOST_MISSES = 16, PAUSE = 1 /* ms */ };

/* A place for devices: testbeds cannot let go of one while programs hold files of it. */
typedef struct {
  gadget *usb;
} place;

static GHashTable *places; /* of device nodes */

/* ---- Programs ---- */

static void complete(client *it, int error) {
  umockdev_ioctl_client_complete(it->ioctl, error == 0 ? 0 : -1, error);
}

static void forget(GQueue *queue, const client *owner) {
  GQueue others = G_QUEUE_INIT;
  transfer *next;
  while ((next = g_queue_pop_head(queue)) != NULL) {
    if (next->owner == owner) transfer_free(next);
    else g_queue_push_tail(&others, next);
  }
  *queue = others;
}

static void stop_timer(client *it) {
  if (it->timer != NULL) g_source_destroy(it->timer);
  g_clear_pointer(&it->timer, g_source_unref);
}

/* The program has closed its file, or is no more. */
static void leave(client *it) {
  gadget *usb = it->usb;
  it->usb = NULL;
  stop_timer(it);
  it->is_waiting = false;
  if (usb == NULL) return;
  forget(&usb->out.transfers, it);
  forget(&usb->in.transfers, it);
  usb->finished -= g_queue_get_length(&it->finished);
  forget(&it->finished, it);
  signal_clients(usb);
  if (usb->claimant == it) release_interface(usb);
  gadget_release(usb);
}

static void free_client(gpointer data) {
  lock();
  leave(data);
  unlock();
  g_free(data);
}

static void on_connected_changed(GObject *ioctl, GParamSpec *property, gpointer data) {
  (void)property;
  if (umockdev_ioctl_client_get_connected(UMOCKDEV_IOCTL_CLIENT(ioctl))) return;
  lock();
  leave(data);
  unlock();
}

static void on_client(UMockdevIoctlBase *base, UMockdevIoctlClient *ioctl, gpointer data) {
  place *at = data;
  (void)base;
  lock();
  if (gadget_context() == NULL) gadget_set_context(g_main_context_ref_thread_default());
  client *it = g_new0(client, 1);
  it->ioctl = ioctl;
  it->usb = at->usb;
  if (it->usb != NULL) it->usb->references++;
  g_object_set_data_full(G_OBJECT(ioctl), "client", it, free_client);
  g_signal_connect(ioctl, "notify::connected", G_CALLBACK(on_connected_changed), it);
  unlock();
}

/* ---- Reaping ---- */

/* Gives a transfer back. What a program is told is written only now: its memory may change until then. */
static void give_back(client *it, transfer *done) {
  UMockdevIoctlData *slot = memory_at(umockdev_ioctl_client_get_arg(it->ioctl), 0, sizeof(void *));
  if (slot == NULL) {
    transfer_free(done);
    complete(it, EFAULT);
    return;
  }
  struct usbdevfs_urb *urb = (struct usbdevfs_urb *)done->data->data;
  memory_changes(done->argument, 0, sizeof *urb);
  urb->status = done->status;
  urb->actual_length = (int)done->actual;
  if (done->answer != NULL && done->answer->len > 0) {
    size_t end = done->answer_at + done->answer->len;
    if (done->buffer == NULL) done->buffer = memory_at(done->data, offsetof(struct usbdevfs_urb, buffer), end);
    else memory_changes(done->data, offsetof(struct usbdevfs_urb, buffer), end);
    if (done->buffer != NULL) memcpy(done->buffer->data + done->answer_at, done->answer->data, done->answer->len);
  }
  memory_point_to(slot, done->data);
  complete(it, 0);
  umockdev_ioctl_data_unref(slot);
  transfer_free(done);
}

/* Answers an open call to reap; false if there is nothing yet. */
static bool reap(client *it) {
  transfer *done = g_queue_pop_head(&it->finished);
  if (done == NULL) return false;
  it->is_waiting = false;
  it->misses = 0;
  it->usb->finished--;
  signal_clients(it->usb);
  give_back(it, done);
  return true;
}

static gboolean answer_waiting(gpointer data) {
  client *it = data;
  if (!lock_if_wanted()) return G_SOURCE_REMOVE;
  stop_timer(it);
  if (it->is_waiting && !reap(it)) {
    it->is_waiting = false;
    complete(it, it->usb->is_plugged ? EAGAIN : ENODEV);
  }
  unlock();
  return G_SOURCE_REMOVE;
}

/* Calls are answered on the testbed's thread only: this may be another one. */
void wake_client(client *it) {
  stop_timer(it);
  it->timer = g_idle_source_new();
  g_source_set_priority(it->timer, G_PRIORITY_DEFAULT);
  g_source_set_callback(it->timer, answer_waiting, it, NULL);
  g_source_attach(it->timer, gadget_context());
}

static void reap_or_wait(client *it, bool must_wait) {
  if (reap(it)) return;
  if (!it->usb->is_plugged) {
    complete(it, ENODEV);
  } else if (must_wait || ++it->misses > MOST_MISSES) {
    it->is_waiting = true;
    if (must_wait) return;
    it->timer = g_timeout_source_new(PAUSE);
    g_source_set_callback(it->timer, answer_waiting, it, NULL);
    g_source_attach(it->timer, gadget_context());
  } else {
    complete(it, EAGAIN);
  }
}

/* ---- Other calls ---- */

static int claim(client *it) {
  gadget *usb = it->usb;
  if (usb->claimant == it) return 0;
  if (usb->claimant != NULL || usb->is_busy) return EBUSY;
  usb->claimant = it;
  usb->counts.claims++;
  if (usb->board->functions->claimed != NULL) usb->board->functions->claimed(usb->board);
  return 0;
}

/* The number of an interface, of which there is one. */
static int claim_number(client *it) {
  UMockdevIoctlData *number = memory_at(umockdev_ioctl_client_get_arg(it->ioctl), 0, sizeof(unsigned));
  if (number == NULL) return EFAULT;
  int error = *(unsigned *)number->data == 0 ? claim(it) : ENOENT;
  umockdev_ioctl_data_unref(number);
  return error;
}

static int release_number(client *it) {
  if (it->usb->claimant != it) return EINVAL;
  release_interface(it->usb);
  return 0;
}

static int clear_halt(client *it) {
  UMockdevIoctlData *address = memory_at(umockdev_ioctl_client_get_arg(it->ioctl), 0, sizeof(unsigned));
  if (address == NULL) return EFAULT;
  unsigned number = *(unsigned *)address->data;
  gadget *usb = it->usb;
  umockdev_ioctl_data_unref(address);
  if (number != usb->identity.in && number != usb->identity.out) return ENOENT;
  int error = claim(it);
  if (error != 0) return error;
  (number & IN_BIT ? &usb->in : &usb->out)->is_halted = false;
  usb->counts.halts++;
  pump_endpoints(usb);
  return 0;
}

/* Linux takes the interface from its driver, which here is the program itself. */
static int reset(client *it) {
  gadget *usb = it->usb;
  if (usb->claimant != NULL && usb->claimant != it) return EACCES;
  release_interface(usb);
  finish_all(usb, NULL, -ENOENT);
  usb->in.is_halted = usb->out.is_halted = false;
  return 0;
}

static int discard(client *it) {
  gulong name = *(gulong *)umockdev_ioctl_client_get_arg(it->ioctl)->data;
  GQueue *queues[] = {&it->usb->out.transfers, &it->usb->in.transfers};
  it->usb->counts.discards++;
  for (size_t n = 0; n < G_N_ELEMENTS(queues); n++) {
    for (GList *link = queues[n]->head; link != NULL; link = link->next) {
      transfer *found = link->data;
      if (found->owner != it || found->place != name) continue;
      g_queue_delete_link(queues[n], link);
      finish(found, -ENOENT, 0);
      return 0;
    }
  }
  return EINVAL;
}

static int set_configuration(client *it) { return it->usb->claimant != NULL ? EBUSY : 0; }

/* A device that is busy has a driver of the kernel. */
static int get_driver(client *it) {
  if (!it->usb->is_busy) return ENODATA;
  UMockdevIoctlData *answer =
      memory_at(umockdev_ioctl_client_get_arg(it->ioctl), 0, sizeof(struct usbdevfs_getdriver));
  if (answer == NULL) return EFAULT;
  struct usbdevfs_getdriver *driver = (struct usbdevfs_getdriver *)answer->data;
  g_strlcpy(driver->driver, "usbtest", sizeof driver->driver);
  umockdev_ioctl_data_unref(answer);
  return 0;
}

static int get_capabilities(client *it) {
  UMockdevIoctlData *answer = memory_at(umockdev_ioctl_client_get_arg(it->ioctl), 0, sizeof(uint32_t));
  if (answer == NULL) return EFAULT;
  /* With these libusb submits a transfer whole, however long it is. */
  *(uint32_t *)answer->data = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM
                              | USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
  umockdev_ioctl_data_unref(answer);
  return 0;
}

/* ---- Submitting ---- */

static int submit_control(client *it, transfer *new) {
  if (new->buffer == NULL || new->length < SETUP_BYTES) return EINVAL;
  const uint8_t *setup = new->buffer->data;
  uint32_t length = (uint32_t)(setup[6] | setup[7] << 8);
  if (new->length < SETUP_BYTES + length) return EINVAL;
  GByteArray *answer = control_request(it->usb, setup);
  bool is_in = setup[0] & IN_BIT;
  if (answer != NULL && is_in) {
    g_byte_array_set_size(answer, MIN(answer->len, length));
    new->answer = g_byte_array_ref(answer);
    new->answer_at = SETUP_BYTES;
  }
  finish(new, answer == NULL ? -EPIPE : 0, answer == NULL ? 0 : is_in ? answer->len : length);
  if (answer != NULL) g_byte_array_unref(answer);
  return 0;
}

static int submit_bulk(client *it, transfer *new) {
  gadget *usb = it->usb;
  if (new->endpoint != usb->identity.in && new->endpoint != usb->identity.out) return ENOENT;
  int error = claim(it);
  if (error != 0) return error;
  g_queue_push_tail(new->endpoint & IN_BIT ? &usb->in.transfers : &usb->out.transfers, new);
  return 0;
}

/* The URB, and of its bytes what the host sends. What the device sends is fetched when it is there. */
static transfer *take_urb(client *it, uint8_t *type) {
  UMockdevIoctlData *argument = umockdev_ioctl_client_get_arg(it->ioctl);
  UMockdevIoctlData *data = memory_at(argument, 0, sizeof(struct usbdevfs_urb));
  if (data == NULL) return NULL;
  const struct usbdevfs_urb *urb = (const struct usbdevfs_urb *)data->data;
  transfer *new = g_new0(transfer, 1);
  new->owner = it;
  new->argument = umockdev_ioctl_data_ref(argument);
  new->data = data;
  new->place = data->client_addr;
  new->endpoint = urb->endpoint;
  new->length = urb->buffer_length < 0 ? 0 : (uint32_t)urb->buffer_length;
  *type = urb->type;
  bool is_in = *type != USBDEVFS_URB_TYPE_CONTROL && new->endpoint & IN_BIT;
  if (new->length > 0 && !is_in) {
    new->buffer = memory_at(data, offsetof(struct usbdevfs_urb, buffer), new->length);
  }
  return new;
}

static int submit(client *it) {
  gadget *usb = it->usb;
  if (usb->urbs_left > 0 && --usb->urbs_left == 0) {
    usb->pull_out(usb);
    return ENODEV;
  }
  if (usb->is_suspended) return EHOSTUNREACH;
  usb->counts.urbs++;
  uint8_t type;
  transfer *new = take_urb(it, &type);
  if (new == NULL) return EFAULT;
  int error = type == USBDEVFS_URB_TYPE_CONTROL ? submit_control(it, new)
              : type == USBDEVFS_URB_TYPE_BULK ? submit_bulk(it, new)
                                               : EINVAL;
  if (error != 0) transfer_free(new);
  else pump_endpoints(usb);
  return error;
}

/* ---- The calls ---- */

static int obey(client *it, gulong request) {
  switch (request) {
    case USBDEVFS_SUBMITURB: return submit(it);
    case USBDEVFS_DISCARDURB: return discard(it);
    case USBDEVFS_CLAIMINTERFACE: return claim_number(it);
    case USBDEVFS_RELEASEINTERFACE: return release_number(it);
    case USBDEVFS_SETINTERFACE: return claim(it);
    case USBDEVFS_SETCONFIGURATION: return set_configuration(it);
    case USBDEVFS_CLEAR_HALT: return clear_halt(it);
    case USBDEVFS_RESET: return reset(it);
    case USBDEVFS_GET_CAPABILITIES: return get_capabilities(it);
    case USBDEVFS_GETDRIVER: return get_driver(it);
    /* To take the interface from its driver: where there is one, it stays. */
    case USBDEVFS_IOCTL: return it->usb->is_busy ? EBUSY : ENODATA;
    default: return ENOTTY;
  }
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *ioctl, gpointer data) {
  (void)base;
  (void)data;
  gulong request = umockdev_ioctl_client_get_request(ioctl);
  lock();
  client *it = g_object_get_data(G_OBJECT(ioctl), "client");
  if (it->usb == NULL) {
    complete(it, ENODEV);
  } else if (request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY) {
    /* Also of a device that is gone, as its transfers must be told. */
    reap_or_wait(it, request == USBDEVFS_REAPURB);
  } else if (!it->usb->is_plugged) {
    complete(it, ENODEV);
  } else if (request == USBDEVFS_GET_SPEED) {
    umockdev_ioctl_client_complete(ioctl, it->usb->identity.speed >= 480 ? HIGH_SPEED : FULL_SPEED, 0);
  } else {
    complete(it, obey(it, request));
  }
  unlock();
  return TRUE;
}

bool usbfs_listen(UMockdevTestbed *testbed, const char *node, GError **error) {
  if (places == NULL) places = g_hash_table_new(g_str_hash, g_str_equal);
  if (g_hash_table_contains(places, node)) return true;
  place *at = g_new0(place, 1);
  UMockdevIoctlBase *handler = umockdev_ioctl_base_new();
  g_signal_connect(handler, "handle-ioctl", G_CALLBACK(on_ioctl), NULL);
  g_signal_connect(handler, "client-connected", G_CALLBACK(on_client), at);
  if (!umockdev_testbed_attach_ioctl(testbed, node, handler, error)) return false;
  g_hash_table_insert(places, g_strdup(node), at);
  return true;
}

void usbfs_attach(const char *node, gadget *usb) {
  place *at = g_hash_table_lookup(places, node);
  at->usb = usb;
}

void usbfs_detach(const char *node) {
  place *at = g_hash_table_lookup(places, node);
  if (at != NULL) at->usb = NULL;
}
