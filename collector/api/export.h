/* SPDX-License-Identifier: Apache-2.0 */
/* Whole lists as files, streamed page by page: NDJSON, or CSV (RFC 4180, with a byte order mark, so that a spreadsheet
 * reads the Chinese in it). */
#ifndef WANGLOU_COLLECTOR_API_EXPORT_H
#define WANGLOU_COLLECTOR_API_EXPORT_H

#include "collector/api/api.h"

struct export_column {
    const char *path; /* "ot.class": a member of a member */
    const char *zh, *en;
};

/* Writes the rows from `cursor` on, one JSON object each, as elements of an array that is begun (empty `cursor`: from
 * the first), and the next cursor; "" at the end. */
typedef bool export_page(struct request *request, struct store_reader *reader, const char *cursor, struct json *out,
                         char next[64], struct fault *fault);

struct export_kind {
    const char *name;
    const struct export_column *columns; /* ends with a NULL path */
    export_page *page;
};

/* Answers with the whole list; `format` and `lang` of the request say how. */
void export_send(struct request *request, struct reply *reply, const struct export_kind *kind);

extern const char *const export_formats[], *const export_languages[]; /* end with NULL */
#define EXPORT_FORMAT                                                                                                  \
    {"format",                                                                                                         \
     PARAMETER_NAMES,                                                                                                  \
     0,                                                                                                                \
     0,                                                                                                                \
     export_formats,                                                                                                   \
     false,                                                                                                            \
     "csv 或 ndjson，默认 csv",                                                                                        \
     "csv or ndjson, csv unless told"},                                                                                \
    {                                                                                                                  \
        "lang", PARAMETER_NAMES, 0, 0, export_languages, false, "表头语言", "language of the head line"                \
    }

#endif
