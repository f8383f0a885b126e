#include "memory.h"

#include <stdbool.h>

/* Until 0.18 umockdev found out by itself what had changed; since then it wants to be told. Both are called by what
   the header of the installed version declares. */
typedef UMockdevIoctlData *(*resolve_and_compare)(UMockdevIoctlData *, gsize, gsize, GError **);
typedef UMockdevIoctlData *(*resolve_and_mark)(UMockdevIoctlData *, gsize, gsize, gboolean, gboolean,
                                               GError **);
typedef gboolean (*point_to)(UMockdevIoctlData *, gsize, UMockdevIoctlData *);
typedef void (*point_to_with_error)(UMockdevIoctlData *, gsize, UMockdevIoctlData *, GError **);
typedef void (*any_function)(void);

#define IS_OF_TYPE(function, type) _Generic(&(function), type : true, default : false)

static UMockdevIoctlData *resolve(UMockdevIoctlData *data, size_t offset, size_t count, bool is_read) {
  any_function function = (any_function)umockdev_ioctl_data_resolve;
  if (IS_OF_TYPE(umockdev_ioctl_data_resolve, resolve_and_compare))
    return ((resolve_and_compare)function)(data, offset, count, NULL);
  return ((resolve_and_mark)function)(data, offset, count, is_read, TRUE, NULL);
}

UMockdevIoctlData *memory_at(UMockdevIoctlData *data, size_t offset, size_t count) {
  return resolve(data, offset, count, true);
}

void memory_changes(UMockdevIoctlData *data, size_t offset, size_t count) {
  UMockdevIoctlData *known = resolve(data, offset, count, false);
  if (known != NULL) umockdev_ioctl_data_unref(known);
}

void memory_point_to(UMockdevIoctlData *data, UMockdevIoctlData *target) {
  any_function function = (any_function)umockdev_ioctl_data_set_ptr;
  if (IS_OF_TYPE(umockdev_ioctl_data_set_ptr, point_to)) ((point_to)function)(data, 0, target);
  else ((point_to_with_error)function)(data, 0, target, NULL);
}
