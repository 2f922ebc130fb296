/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as the officer handles them: the list with its filters, one alert, its state and history. */
#ifndef WANGLOU_COLLECTOR_STORE_ALERTS_H
#define WANGLOU_COLLECTOR_STORE_ALERTS_H

#include "collector/store/store.h"

/* X(id, name, zh, en) */
#define ALERT_STATES(X)                                                                                                \
    X(OPEN, "open", "未处置", "open")                                                                                  \
    X(ACKNOWLEDGED, "acknowledged", "已确认", "acknowledged")                                                          \
    X(ESCALATED, "escalated", "已上报", "escalated")                                                                   \
    X(CLOSED, "closed", "已关闭", "closed")
enum alert_state {
#define X(id, name, zh, en) ALERT_##id,
    ALERT_STATES(X)
#undef X
        ALERT_STATE_COUNT
};
extern const char *const alert_state_name[ALERT_STATE_COUNT];
int alert_state_find(const char *name); /* -1: none */

/* All conditions hold together; NULL and 0 mean any. Newest first. */
struct alert_query {
    unsigned severities, states; /* bit n: severity n; bit n: enum alert_state n */
    const char *rule, *sensor, *protocol, *category, *assignee;
    int64_t incident;
    enum { ALERTS_ANY, ALERTS_SUPPRESSED, ALERTS_SHOWN } suppressed;
    const char *address;        /* IP, network a.b.c.d/n, or MAC of either side */
    const char *text;           /* each word, in any of the words of the alert, or part of an address */
    int64_t since_us, until_us; /* until is exclusive */
    bool oldest_first;
    const char *cursor; /* the id of the last one seen */
    unsigned limit;     /* 1 to 1000 */
};

struct alert_row {
    int64_t change; /* one sequence over arrivals and changes of alerts and devices: the live stream's cursor */
    const char *id;
    const char *item; /* members of the list item, JSON without the outer braces; state and assignee are beside it */
    enum alert_state state;
    const char *assignee;          /* "" for nobody */
    int64_t incident, suppression; /* their numbers; 0: none */
};
typedef bool alert_row_function(void *context, const struct alert_row *row);

bool alerts_query(struct store_reader *reader, const struct alert_query *query, alert_row_function *row, void *context,
                  char next[STORE_ID_LENGTH + 1], struct fault *fault);
bool alerts_count(struct store_reader *reader, const struct alert_query *query, uint64_t most, uint64_t *count,
                  struct fault *fault);
/* The row is not called when there is none. */
bool alerts_one(struct store_reader *reader, const char *id, alert_row_function *row, void *context,
                struct fault *fault);
/* Those that arrived or changed after `change`, oldest first, at most `limit`. */
bool alerts_after(struct store_reader *reader, int64_t change, unsigned limit, alert_row_function *row, void *context,
                  struct fault *fault);

struct alert_step {
    int64_t time_us;
    const char *user, *action, *reason, *comment;
};
typedef bool alert_step_function(void *context, const struct alert_step *step);
bool alerts_history(struct store_reader *reader, const char *id, alert_step_function *step, void *context,
                    struct fault *fault);

enum alert_change { ALERT_CHANGED, ALERT_UNKNOWN, ALERT_FAILED };
/* What is to be done to one alert, or to every alert of an incident (that is not in the state already). */
struct alert_order {
    const char *id;
    int64_t incident;     /* 0: the alert `id` */
    int state;            /* -1: as it was */
    const char *assignee; /* NULL: as it was */
    struct alert_step step;
};
/* Does it and writes the step into the history of each. Thread-safe. */
enum alert_change alerts_change(struct store *store, const struct alert_order *order, uint64_t *changed,
                                struct fault *fault);

#endif
