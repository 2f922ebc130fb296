/* SPDX-License-Identifier: Apache-2.0 */
/* Records, exposure and trends as `failure` events (docs/events.md); the latest of each `key` is the database. */
#include <stdlib.h>
#include <string.h>

#include "common/statistics/history.h"
#include "sensor/plant/failures.h"

#define HOUR_NS 3.6e12

static const struct words network_name = {"网络失效（多台设备同时失联）",
                                          "failure of the network (many devices lost at once)"};
static const struct words network_check = {"先查这些设备共同的交换机、光纤与供电，而不是逐台设备。",
                                           "Look at the switch, fibre and supply they share, not at each device."};

static uint64_t record_id(const struct failure_keeper *k, const struct record *r)
{
    uint64_t mode = r->asset == NETWORK ? 0 : failure_mode_mark(k->modes[r->mode].id);
    return (r->start_ns ^ (uint64_t)r->asset << 48 ^ mode) * 0x9e3779b97f4a7c15ull;
}

static void put_evidence(struct json *j, const struct record *r)
{
    json_begin_array(j, "evidence");
    for (unsigned i = 0; i < r->signs && i < FAILURE_EVIDENCE; i++) {
        json_begin_object(j, NULL);
        json_put_uint(j, "frame", r->evidence[i].frame);
        json_put_time(j, "time", r->evidence[i].time_ns);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_times(struct json *j, const struct failure_keeper *k, const struct record *r, bool over)
{
    uint64_t end = over ? r->end_ns : k->now_ns > r->start_ns ? k->now_ns : r->start_ns;
    uint64_t blind = (over ? r->blind_end_ns : k->blind_ns) - r->blind_start_ns;
    uint64_t lasted = end - r->start_ns;
    json_put_time(j, "start", r->start_ns);
    if (over) json_put_time(j, "end", r->end_ns);
    json_put_double(j, "duration", (double)(lasted > blind ? lasted - blind : 0) / 1e9);
    json_put_bool(j, "censored", !over);
    json_put_bool(j, "planned", r->planned);
    json_put_double(j, "exposure", r->exposure);
}

void failure_tell(struct failure_keeper *k, const struct record *r, const char *state)
{
    const struct failing *f = &k->assets[r->asset];
    const struct failure_mode *m = r->asset == NETWORK ? NULL : &k->modes[r->mode];
    const struct words name = m ? m->name : network_name, check = m ? m->check : network_check;
    struct event_out *out = k->keeping->out;
    char text[64];
    struct json j = event_begin(out, EVENT_FAILURE, NULL, NULL);
    json_begin_object(&j, "failure");
    json_put_format(&j, "key", "%016llx", (unsigned long long)record_id(k, r));
    json_put_string(&j, "kind", "record");
    json_put_string(&j, "state", state);
    json_put_string(&j, "asset", failing_name(f, text));
    json_put_string(&j, "mode", m ? m->id : "network-loss");
    event_words(&j, "name", name.zh, name.en);
    json_put_string(&j, "iso", m ? m->iso : "NOO");
    json_put_string(&j, "severity", failure_severity_name[m ? m->severity : FAILURE_CRITICAL]);
    json_put_string(&j, "cause",
                    failure_cause_name[r->planned                    ? CAUSE_MAINTENANCE
                                       : m && r->parent == NO_RECORD ? m->cause
                                                                     : CAUSE_NETWORK]);
    json_put_double(&j, "cause_confidence", m && r->parent == NO_RECORD ? m->percent / 100.0 : 0.8);
    put_times(&j, k, r, r->state == RECORD_CLOSED);
    json_put_uint(&j, "signs", r->signs);
    if (!m) json_put_uint(&j, "children", r->children);
    if (r->parent != NO_RECORD)
        json_put_format(&j, "parent", "%016llx", (unsigned long long)record_id(k, &k->records[r->parent]));
    put_evidence(&j, r);
    event_words(&j, "check", check.zh, check.en);
    json_end_object(&j);
    event_send(out, &j, EVENT_FAILURE, 0, out->now_ns, record_id(k, r), k->ordinal++);
}

/* Down time of closed failures, and of open ones up to now. */
static uint64_t down_now(const struct failure_keeper *k, const struct failing *f)
{
    uint64_t down = f->down_ns;
    for (uint32_t i = f->first_record; i != NO_RECORD; i = k->records[i].next) {
        const struct record *r = &k->records[i];
        if (r->state != RECORD_OPEN || r->planned || r->parent != NO_RECORD || f->last_ns <= r->start_ns) continue;
        uint64_t lasted = f->last_ns - r->start_ns, blind = k->blind_ns - r->blind_start_ns;
        down += lasted > blind ? lasted - blind : 0;
    }
    return down < f->observed_ns ? down : f->observed_ns;
}

void failure_tell_exposure(struct failure_keeper *k, struct failing *f)
{
    struct event_out *out = k->keeping->out;
    char text[64];
    const char *name = failing_name(f, text);
    struct json j = event_begin(out, EVENT_FAILURE, NULL, NULL);
    json_begin_object(&j, "failure");
    json_put_format(&j, "key", "exposure:%s", name);
    json_put_string(&j, "kind", "exposure");
    json_put_string(&j, "asset", name);
    json_put_time(&j, "start", f->first_ns);
    json_put_time(&j, "end", f->last_ns);
    json_put_double(&j, "exposure", failing_hours(f));
    json_put_double(&j, "blind", (double)f->blind_ns / HOUR_NS);
    json_put_double(&j, "down", (double)down_now(k, f) / HOUR_NS);
    json_put_uint(&j, "failures", f->failures);
    json_put_uint(&j, "closed", f->closed);
    json_put_uint(&j, "open", f->open);
    json_put_uint(&j, "planned_failures", f->planned);
    json_end_object(&j);
    event_send(out, &j, EVENT_FAILURE, 0, out->now_ns, (uint64_t)(f - k->assets) + 1, k->ordinal++);
    f->told_at_ns = f->observed_ns;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Once, when its trend turns significant; again after it was not. */
void failure_tell_trend(struct failure_keeper *k, struct failing *f)
{
    struct event_out *out = k->keeping->out;
    char text[64];
    double times[FAILURE_TIMES];
    struct trend trend;
    unsigned n = f->failures < FAILURE_TIMES ? f->failures : FAILURE_TIMES;
    double origin = 0;
    memcpy(times, f->times, n * sizeof *times);
    qsort(times, n, sizeof *times, ascending);
    if (f->failures > FAILURE_TIMES) { /* the clock begins at the oldest that is still known */
        origin = times[0];
        n--;
        memmove(times, times + 1, n * sizeof *times);
    }
    for (unsigned i = 0; i < n; i++) times[i] -= origin;
    bool worse = trend_test(times, n, failing_hours(f) - origin, false, &trend) == STATISTIC_GIVEN &&
                 trend.significant && trend.worsening;
    if (worse == f->trend_told) return;
    f->trend_told = worse;
    if (!worse) return;
    struct failure_history h = {.at = times, .failures = n, .exposure = failing_hours(f) - origin, .open = f->open};
    const char *name = failing_name(f, text);
    h.down = (double)down_now(k, f) / HOUR_NS;
    fleet_prior(0, 0, &h.prior_shape, &h.prior_rate);
    struct failure_summary s = failure_summarise(&h);
    struct json j = event_begin(out, EVENT_FAILURE, NULL, NULL);
    json_begin_object(&j, "failure");
    json_put_format(&j, "key", "trend:%s", name);
    json_put_string(&j, "kind", "trend");
    json_put_string(&j, "asset", name);
    json_put_string(&j, "severity", failure_severity_name[FAILURE_DEGRADED]);
    event_words(&j, "name", "失效越来越频繁", "failures come more and more often");
    event_words(&j, "check", "安排检修：查供电、温度、接线与老化；必要时提前更换。",
                "Plan maintenance: supply, temperature, wiring, age; replace early if need be.");
    failure_summary_put(&j, &h, &s);
    json_end_object(&j);
    event_send(out, &j, EVENT_FAILURE, 2, out->now_ns, (uint64_t)(f - k->assets) + (1ull << 32), k->ordinal++);
}
