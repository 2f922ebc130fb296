/* SPDX-License-Identifier: Apache-2.0 */
/* For the files that hold a room of the API: how a table of routes is written.
 *
 *     static const struct parameter pump_filters[] = {PAGE, SPAN, TEXT("q", 256, "检索词", "words"), END};
 *     const struct route routes_pumps[] = {
 *         {"GET", "/pumps", OFFICER, 0, list, pump_filters, NULL, "泵列表", "Pumps"},
 *         ROUTES_END,
 *     };
 *
 * `make` finds every `const struct route routes_NAME[]` below collector/ by that line: no list is kept by hand. */
#ifndef WANGLOU_COLLECTOR_API_ROUTES_H
#define WANGLOU_COLLECTOR_API_ROUTES_H

#include "collector/api/api.h"

#define ADMINISTRATOR ROLE_BIT(ADMINISTRATOR)
#define OFFICER       ROLE_BIT(OFFICER)
#define AUDITOR       ROLE_BIT(AUDITOR)

#define TEXT(name, bytes, zh, en)                                                                                      \
    {                                                                                                                  \
        name, PARAMETER_TEXT, 0, bytes, NULL, false, zh, en                                                            \
    }
#define REQUIRED(name, bytes, zh, en)                                                                                  \
    {                                                                                                                  \
        name, PARAMETER_TEXT, 0, bytes, NULL, true, zh, en                                                             \
    }
#define PAGE                                                                                                           \
    {"limit", PARAMETER_UINT, 1, 1000, NULL, false, "每页条数，默认 50", "items a page, 50 unless told"},              \
        TEXT("cursor", 64, "上一页给出的 next", "`next` of the page before")
#define SPAN                                                                                                           \
    {"since", PARAMETER_TIME, 0, 0, NULL, false, "起始时间（含）", "from this time on"},                               \
    {                                                                                                                  \
        "until", PARAMETER_TIME, 0, 0, NULL, false, "截止时间（不含）", "before this time"                             \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        NULL                                                                                                           \
    }
#define ROUTES_END                                                                                                     \
    {                                                                                                                  \
        NULL                                                                                                           \
    }

/* A body is expected, an empty object. */
extern const struct parameter no_body[];

#endif
