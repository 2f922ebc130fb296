/* SPDX-License-Identifier: Apache-2.0 */
/* A keeper's snapshot: values one after the other in memory, read in the order they were put; a file with a head and a
 * checksum (XXH3), replaced as a whole: after a crash there is the old one or the new one, never half of one. */
#ifndef WANGLOU_SENSOR_PLANT_SNAPSHOT_H
#define WANGLOU_SENSOR_PLANT_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fault.h"

/* Its memory grows while it is put and is kept for the next time. `bad` is sticky: no memory, or read past the end. */
struct snapshot {
    uint8_t *memory;
    size_t length, room, at;
    bool bad;
};

void snapshot_free(struct snapshot *snapshot);

void snapshot_put(struct snapshot *s, const void *bytes, size_t length);
void snapshot_put_uint(struct snapshot *s, uint64_t v);
void snapshot_put_double(struct snapshot *s, double v);
void snapshot_put_text(struct snapshot *s, const char *text); /* NULL is put as "" */
/* A parser by its name: numbers in the registry differ between builds. */
void snapshot_put_parser(struct snapshot *s, uint16_t parser);

/* What cannot be read is zero or empty, and `bad`. */
void snapshot_get(struct snapshot *s, void *bytes, size_t length);
uint64_t snapshot_get_uint(struct snapshot *s);
double snapshot_get_double(struct snapshot *s);
void snapshot_get_text(struct snapshot *s, char *text, size_t size); /* cut to fit, NUL-terminated */
uint16_t snapshot_get_parser(struct snapshot *s);                    /* 0 (`ot`): no longer known */
static inline bool snapshot_ended(const struct snapshot *s) { return s->bad || s->at == s->length; }

/* DIRECTORY/NAME.state. Loading a file that is not there is no fault and gives false. */
bool snapshot_write(struct snapshot *s, const char *directory, const char *name, uint32_t version, struct fault *fault);
bool snapshot_read(struct snapshot *s, const char *directory, const char *name, uint32_t version, struct fault *fault);

#endif
