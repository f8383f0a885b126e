/* Memory of the program that made an ioctl. Each of these asks that program, which is a round trip. */
#ifndef MEMORY_H
#define MEMORY_H

#include <umockdev.h>

/* What the pointer at `offset` points to. It is read, and written back where it has changed, when the ioctl is
   completed; NULL if it cannot be read. */
UMockdevIoctlData *memory_at(UMockdevIoctlData *data, size_t offset, size_t count);

/* Says that what memory_at has given before, at that offset, is written back by this ioctl. */
void memory_changes(UMockdevIoctlData *data, size_t offset, size_t count);

/* Lets the pointer at offset 0 point to what an earlier ioctl got. */
void memory_point_to(UMockdevIoctlData *data, UMockdevIoctlData *target);

#endif
