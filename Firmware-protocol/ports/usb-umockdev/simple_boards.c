#include <string.h>

#include "board.h"
#include "gadget.h"

static board *new_board(struct gadget *usb, const board_functions *functions) {
  board *it = g_new0(board, 1);
  it->functions = functions;
  it->usb = usb;
  return it;
}

static void end(board *it) { g_free(it); }

static bool swallow(board *it, const uint8_t *bytes, uint32_t count) {
  (void)it;
  (void)bytes;
  (void)count;
  return true;
}

static bool send_back(board *it, const uint8_t *bytes, uint32_t count) {
  if (gadget_room(it->usb) < count) return false;
  gadget_send(it->usb, bytes, count);
  return true;
}

static bool complain(board *it, const uint8_t *bytes, uint32_t count) {
  static const char answer[] = "ERROR 1\r\n";
  (void)bytes;
  (void)count;
  gadget_send(it->usb, (const uint8_t *)answer, (uint32_t)strlen(answer));
  return true;
}

board *silent_board_new(struct gadget *usb) {
  static const board_functions functions = {.take = swallow, .end = end};
  return new_board(usb, &functions);
}

board *echo_board_new(struct gadget *usb) {
  static const board_functions functions = {.take = send_back, .end = end};
  return new_board(usb, &functions);
}

board *text_board_new(struct gadget *usb) {
  static const board_functions functions = {.take = complain, .end = end};
  return new_board(usb, &functions);
}
