/* SPDX-License-Identifier: Apache-2.0 */
/* One clear line about what is wrong, where, and what to do: filled by loaders, printed by main. */
#ifndef WANGLOU_COMMON_FAULT_H
#define WANGLOU_COMMON_FAULT_H

#include <stdbool.h>

struct fault {
    char text[1024]; /* "file:line:column: what is wrong; what to do" (line and column where they exist) */
};

/* Writes the first fault only: the cause, not its consequences. Returns false, so that loaders can return it. */
bool fault_set(struct fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "file:line:column: ..." */
bool fault_at(struct fault *fault, const char *file, unsigned line, unsigned column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
#ifdef __clang_analyzer__ /* it sees one file at a time: that these return false it has to be told */
#define fault_set(fault, ...)                    (fault_set((fault), __VA_ARGS__), false)
#define fault_at(fault, file, line, column, ...) (fault_at((fault), (file), (line), (column), __VA_ARGS__), false)
#endif
/* The name nearest to `wrong` by edit distance, or NULL when none is near; `next` iterates, NULL at the end. */
const char *nearest_name(const char *wrong, const char *(*next)(void *context, unsigned index), void *context);

#endif
