/* SPDX-License-Identifier: Apache-2.0 */
/* BER elements put together as hex text, so that tests of ASN.1 protocols need not count octets (ITU-T X.690). */
#ifndef WANGLOU_TESTS_UNIT_BER_HEX_H
#define WANGLOU_TESTS_UNIT_BER_HEX_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All texts made since the last ber_forget(), which frees them. */
static char *ber_made[512];
static unsigned ber_made_count;

static inline char *ber_keep(char *text)
{
    if (!text || ber_made_count == sizeof ber_made / sizeof *ber_made) abort();
    return ber_made[ber_made_count++] = text;
}

static inline void ber_forget(void)
{
    while (ber_made_count) free(ber_made[--ber_made_count]);
}

static inline unsigned ber_octets(const char *hex)
{
    unsigned digits = 0;
    for (; *hex; hex++) digits += *hex != ' ';
    return digits / 2;
}

static inline const char *hex_join(const char *a, const char *b)
{
    char *out = malloc(strlen(a) + strlen(b) + 2);
    sprintf(out, "%s %s", a, b);
    return ber_keep(out);
}

/* `tag` and `content` in hex; the length in between is made. */
static inline const char *ber(const char *tag, const char *content)
{
    unsigned n = ber_octets(content);
    char *out = malloc(strlen(tag) + strlen(content) + 16);
    if (n < 0x80)
        sprintf(out, "%s %02x %s", tag, n, content);
    else if (n < 0x100)
        sprintf(out, "%s 81 %02x %s", tag, n, content);
    else
        sprintf(out, "%s 82 %04x %s", tag, n, content);
    return ber_keep(out);
}

static inline const char *ber_text(const char *tag, const char *text)
{
    char *hex = ber_keep(malloc(strlen(text) * 2 + 1));
    hex[0] = 0;
    for (size_t i = 0; text[i]; i++) sprintf(hex + 2 * i, "%02x", (unsigned char)text[i]);
    return ber(tag, hex);
}

#endif
