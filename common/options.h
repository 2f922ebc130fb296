/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a program as one table: it drives loading from YAML, checks, the sample file and the reference page.
 *
 *     static const char *const modes[] = {"live", "replay", NULL};
 *     static const struct option rows[] = {
 *         {"capture", OPTION_SECTION, .zh = "抓包", .en = "Capture"},
 *         {"capture.snap", OPTION_UINT, offsetof(struct settings, snap), "65535", 64, 262144,
 *          .zh = "每包截取字节数", .en = "Bytes taken of each packet"},
 *     };
 *     static const struct option_table table = {"wanglou-sensor", "sensor.yaml", rows, sizeof rows / sizeof *rows};
 *     struct options *options = options_load(&table, path, sets, &settings, &fault);
 *
 * A dotted path is a nested mapping, and each mapping has its OPTION_SECTION row. A default is written as the file
 * would write it, and is parsed and checked alike. */
#ifndef WANGLOU_COMMON_OPTIONS_H
#define WANGLOU_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/fault.h"
#include "common/option_list.h"

struct yaml_node;

/* What a member of the settings is: */
enum option_type {
    OPTION_SECTION,  /* nothing: a heading for the rows below it */
    OPTION_BOOL,     /* bool */
    OPTION_UINT,     /* uint64_t */
    OPTION_DURATION, /* uint64_t, nanoseconds; written 200ms 60s 5m 2h 7d */
    OPTION_SIZE,     /* uint64_t, bytes; written 512 64K 10M 2G */
    OPTION_TEXT,     /* const char *, NULL when neither given nor defaulted */
    OPTION_CHOICE,   /* unsigned, index in `choices` */
    OPTION_LIST,     /* struct option_list of texts */
};

struct option {
    const char *path;
    enum option_type type;
    size_t offset;              /* in the settings */
    const char *standard;       /* default, in YAML; NULL: zero, empty, none */
    uint64_t least, most;       /* of UINT, DURATION, SIZE; most 0: no bound. Of LIST: count of items */
    const char *const *choices; /* of CHOICE, ends with NULL */
    /* Further check of a value (an address, a host name …); NULL: none. */
    bool (*check)(const struct yaml_node *value, struct fault *fault);
    const char *zh, *en;           /* title */
    const char *help_zh, *help_en; /* a sentence or two; NULL: the title says all */
};

struct option_table {
    const char *program, *file; /* "wanglou-sensor", "sensor.yaml" */
    const struct option *rows;
    size_t count;
};

struct options; /* owns the texts and lists that the settings point to */

/* Fills `settings` with defaults, then the file (`path` NULL: none), then `sets` ("a.b=value", ends with NULL; NULL:
 * none). NULL and one fault ("file:line:column: ...") when anything is wrong. */
struct options *options_load(const struct option_table *table, const char *path, const char *const *sets,
                             void *settings, struct fault *fault);
void options_free(struct options *options);

/* A file with every option at its default, commented in Chinese and English; loads as it is. */
void options_sample(const struct option_table *table, FILE *out);
/* The reference page, Markdown. */
void options_reference(const struct option_table *table, bool chinese, FILE *out);

#endif
