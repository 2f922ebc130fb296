/* SPDX-License-Identifier: Apache-2.0 */
/* Text into a place of fixed size: whole, or not at all. */
#ifndef WANGLOU_COMMON_TEXT_H
#define WANGLOU_COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Copies `text` with its end into `room` octets; false, and nothing written, when it does not fit. */
static inline bool text_put(char *to, size_t room, const char *text)
{
    size_t n = strlen(text) + 1;
    if (n > room) return false;
    memcpy(to, text, n);
    return true;
}

#endif
