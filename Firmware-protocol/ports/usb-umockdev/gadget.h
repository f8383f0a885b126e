/* A USB device as the host's kernel sees it: two bulk endpoints with their transfers, the faults that a test asked for,
   and the bytes on their way between the host and the board. */
#ifndef GADGET_H
#define GADGET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <umockdev.h>

#include "board.h"
#include "descriptors.h"

typedef struct gadget gadget;
typedef struct client client;

/* A URB between submission and reaping. */
typedef struct {
  client *owner;
  UMockdevIoctlData *argument, *data, *buffer; /* of the ioctl, the URB, and what it points to */
  gulong place;                                /* of the URB in the client's memory: its name */
  uint8_t endpoint;
  uint32_t length;
  int status; /* 0 or a negative errno */
  uint32_t actual;
  uint32_t answer_at; /* where in the buffer the answer goes */
  GByteArray *answer; /* what the host gets, or NULL */
} transfer;

typedef struct {
  GQueue transfers; /* that wait */
  bool is_halted, is_held;
  uint32_t stalls, errors; /* still to come */
  int error_number;
} endpoint;

struct gadget {
  uint32_t references;
  usb_identity identity;
  board *board;
  bool is_plugged, is_suspended, is_busy;
  client *claimant; /* of the interface */
  endpoint in, out;
  uint64_t urbs_left; /* until the device is pulled out; 0 for never */
  void (*pull_out)(gadget *it);

  /* Bytes for the host, and those that come later. */
  GByteArray *to_host;
  GQueue late;
  uint32_t late_bytes;
  uint64_t delay; /* us */
  GSource *timer;
  bool is_cut_short;
  uint32_t chance; /* state of the random lengths */

  /* Its device node is a pipe: see signal_clients(). */
  int pipe;
  bool is_signalled;
  uint32_t finished; /* transfers that can be reaped */

  GByteArray *received; /* from the host, as far as it is kept */
  struct {
    uint64_t urbs, out, in, discards, halts, control, stops, claims;
  } counts;
};

/* A program's open file of a device. */
struct client {
  gadget *usb; /* NULL where nothing was plugged */
  UMockdevIoctlClient *ioctl;
  GQueue finished;
  bool is_waiting; /* for something to reap, with its call open */
  uint32_t misses; /* calls in a row that had nothing to reap */
  GSource *timer;
};

/* All that is here is done under this lock: commands come on the main thread, ioctls on that of the testbed. */
void lock(void);
void unlock(void);

/* For what the testbed's thread calls later: false, and not locked, if it has been called off while it waited. */
bool lock_if_wanted(void);

/* The main loop of the testbed's thread; NULL before the first program has opened a device. */
GMainContext *gadget_context(void);
void gadget_set_context(GMainContext *context);

gadget *gadget_new(usb_identity identity);
void gadget_release(gadget *it);

/* Makes the device node. */
bool gadget_open_pipe(gadget *it, const char *path, GError **error);

/* Bytes of the board for the host; and how many it may send now. */
void gadget_send(gadget *it, const uint8_t *bytes, uint32_t count);
uint32_t gadget_room(const gadget *it);

/* Bytes on their way are lost, as with the power of the board. */
void forget_bytes(gadget *it);

/* Does what can be done of all transfers that wait. */
void pump_endpoints(gadget *it);

/* Ends a transfer that is in no queue of an endpoint. */
void finish(transfer *it, int status, uint32_t actual);
void transfer_free(transfer *it);

/* Ends the transfers of one client, or of all where it is NULL. */
void finish_all(gadget *it, const client *owner, int status);

/* Whoever has claimed the interface no longer has. */
void release_interface(gadget *it);

/* Everything that waits ends as on a device that is gone, and nothing is obeyed any more. */
void gadget_unplug(gadget *it);

/* The node is ready for writing while there is something to reap. */
void signal_clients(gadget *it);

/* Answers a request on endpoint 0: `setup` is 8 bytes and what the host sends. NULL stalls. */
GByteArray *control_request(gadget *it, const uint8_t *setup);

/* Answers a client that waits for something to reap; usbfs.c. */
void wake_client(client *it);

#endif
