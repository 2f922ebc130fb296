/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded JSON writer (RFC 8259) into memory of the caller: no allocation, commas by itself, sticky `full`.
 *
 * A writer that met its end writes nothing more; ask json_ok() once before using what was written. No name here is one
 * of jansson's: a program's own json_object() would be called from within that library. */
#ifndef WANGLOU_COMMON_JSON_H
#define WANGLOU_COMMON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
    char *start, *at, *end;
    bool full;
    bool comma; /* the next member or element needs one before it */
    /* Off the packet path only: makes room for `n` more bytes (moves start, at, end); NULL: the memory is all there is.
     */
    bool (*grow)(struct json *j, size_t n);
};

static inline struct json json_over(char *memory, size_t size)
{
    return (struct json){memory, memory, memory + size, false, false, NULL};
}
/* `grow` of a text that begins as nothing, is freed by free(start), and has at most 64 MiB. */
bool json_grow_heap(struct json *j, size_t n);
static inline bool json_ok(const struct json *j) { return !j->full; }
static inline size_t json_length(const struct json *j) { return (size_t)(j->at - j->start); }

/* `key` NULL: an element of an array, or the document itself. Keys are constants or field names: never escaped. */
void json_begin_object(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_begin_array(struct json *j, const char *key);
void json_end_array(struct json *j);
void json_put_string(struct json *j, const char *key, const char *text);
/* Bytes of any origin: valid UTF-8 is kept, other octets become U+FFFD, control characters are escaped. */
void json_put_text(struct json *j, const char *key, const void *text, size_t length);
/* As RFC 4648 §4 writes them, padded; of public bytes only: its time tells of them. */
void json_put_base64(struct json *j, const char *key, const void *bytes, size_t length);
void json_put_uint(struct json *j, const char *key, uint64_t v);
void json_put_int(struct json *j, const char *key, int64_t v);
/* Infinite and not-a-number have no JSON form: null. */
void json_put_double(struct json *j, const char *key, double v);
void json_put_bool(struct json *j, const char *key, bool v);
void json_put_null(struct json *j, const char *key);
/* JSON that is already written. */
void json_put_raw(struct json *j, const char *key, const char *json, size_t length);
/* Members that are already written, `"a":1,"b":2`; nothing when empty. */
void json_put_members(struct json *j, const char *members);
void json_put_format(struct json *j, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "2026-11-24T05:46:38.123456+0000", UTC, as EVE writes it. */
void json_put_time(struct json *j, const char *key, uint64_t time_ns);

#endif
