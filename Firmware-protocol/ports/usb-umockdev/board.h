/* What is behind the bulk endpoints of a device. */
#ifndef BOARD_H
#define BOARD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct gadget;
typedef struct board board;

/* All are called with the lock of gadget.h. Those that are NULL do nothing. */
typedef struct {
  /* Takes bytes of the host; false if it cannot now: the endpoint then answers NAK until pump_endpoints(). */
  bool (*take)(board *it, const uint8_t *bytes, uint32_t count);
  /* A program has claimed the interface, or has let it go. */
  void (*claimed)(board *it);
  void (*released)(board *it);
  /* The host has taken answers: there is room for more. */
  void (*has_room)(board *it);
  /* The vendor request of the emergency stop, and whether it is latched; NULL where the request is not known. */
  void (*stop)(board *it);
  bool (*is_stopped)(board *it);
  /* Loss of power and a new start, and loss of power for good. */
  bool (*restart)(board *it, GError **error);
  void (*end)(board *it);
} board_functions;

struct board {
  const board_functions *functions;
  struct gadget *usb;
};

/* The reference core over the crossbars of ../model. Its memory and its cells are files, or forgotten without power
   where the names are NULL. */
board *core_board_new(struct gadget *usb, const char *serial, const char *memory, const char *cells,
                      GError **error);

/* A line to a board that listens on TCP, at "HOST:PORT". */
board *line_board_new(struct gadget *usb, const char *address, GError **error);

/* Boards that are none: one that takes all and says nothing, one that sends all back, and one that speaks another
   protocol. */
board *silent_board_new(struct gadget *usb);
board *echo_board_new(struct gadget *usb);
board *text_board_new(struct gadget *usb);

#endif
