/* SPDX-License-Identifier: Apache-2.0 */
/* What this node says of itself, in control.db: name, region, industry, level, the interface on the mirror port, and
 * who answers for what. Asked by the guided first run; whom to call about an alert is read here. */
#ifndef WANGLOU_COLLECTOR_SERVICE_SITE_H
#define WANGLOU_COLLECTOR_SERVICE_SITE_H

#include "collector/service/control.h"

/* X(id, name, kind, most bytes, zh, en) */
#define SITE_SETTINGS(X)                                                                                               \
    X(NAME, "name", TEXT, 200, "单位名称", "name of the enterprise or the authority")                                  \
    X(REGION, "region", TEXT, 64, "所在区县（行政区划代码）", "district (code of GB/T 2260)")                          \
    X(INDUSTRY, "industry", TEXT, 100, "行业", "industry")                                                             \
    X(LEVEL, "level", LEVEL, 0, "层级：企业、区县、市", "plant, district or city")                                     \
    X(INTERFACE, "interface", TEXT, 32, "接镜像口的网卡", "interface on the mirror port")                              \
    X(FINISHED, "finished", FLAG, 0, "开通向导已完成", "the guided first run is finished")
enum site_setting {
#define X(id, name, kind, most, zh, en) SITE_##id,
    SITE_SETTINGS(X)
#undef X
        SITE_SETTING_COUNT
};
extern const char *const site_setting_name[SITE_SETTING_COUNT];
enum { SITE_TEXT = 200, SITE_DUTY_TEXT = 16, SITE_PHONE_TEXT = 64 };

/* X(id, name, at a plant, above): where the guided first run asks for one. Their words are the console's. */
#define SITE_DUTIES(X)                                                                                                 \
    X(HEAD, "head", false, false)                                                                                      \
    X(OFFICER, "officer", true, true)                                                                                  \
    X(SHIFT, "shift", true, false)                                                                                     \
    X(OPERATOR, "operator", false, false)                                                                              \
    X(AUTOMATION, "automation", true, false)                                                                           \
    X(PROCESS, "process", false, false)                                                                                \
    X(NETWORK, "network", false, false)                                                                                \
    X(AUTHORITY, "authority", false, false)
enum site_duty {
#define X(id, name, plant, above) SITE_DUTY_##id,
    SITE_DUTIES(X)
#undef X
        SITE_DUTY_COUNT
};
struct site_duty_row {
    const char *name;
    bool plant, above;
};
extern const struct site_duty_row site_duties[SITE_DUTY_COUNT];
extern const char *const site_duty_name[], *const site_level_name[]; /* end with NULL */

struct site {
    /* "" when not told; FINISHED: when it was, seconds since 1970. */
    char settings[SITE_SETTING_COUNT][SITE_TEXT + 1];
    struct site_person {
        char name[SITE_TEXT + 1], phone[SITE_PHONE_TEXT + 1];
    } people[SITE_DUTY_COUNT];
};
bool site_read(struct control *control, struct site *site, struct fault *fault);
/* "" takes it away. */
bool site_put(struct control *control, enum site_setting setting, const char *value, const char *user, int64_t now_us,
              struct fault *fault);
/* Neither a name nor a phone: nobody. */
bool site_put_person(struct control *control, enum site_duty duty, const char *name, const char *phone,
                     const char *user, int64_t now_us, struct fault *fault);

/* Is everything there that the first run asks for in its first two steps? */
bool site_identified(const struct site *site);
bool site_people_named(const struct site *site);

#endif
