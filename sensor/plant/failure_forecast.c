/* SPDX-License-Identifier: Apache-2.0 */
/* What speaks for a failure ahead: precursors seen of an asset, joined with what its history says by noisy-OR (Pearl
 * 1988); and response times by an EWMA chart (Roberts 1959; NIST/SEMATECH e-Handbook 6.3.2.4). */
#include <math.h>
#include <string.h>

#include "common/statistics/history.h"
#include "parsers/message.h"
#include "sensor/plant/behaviour.h"
#include "sensor/plant/devices.h"
#include "sensor/plant/exposure.h"
#include "sensor/plant/failures.h"

#define MONTH_NS (30 * 86400 * 1000000000ull)
#define ALARMING 0.5 /* probability from which on it is a warning */
enum {
    DRIFT_LEARNS = 30, /* summaries of response time before there are limits: five minutes and more */
    DRIFT_WIDTH = 6    /* sigma: a chart's 3 are for independent samples, response times are not */
};
#define DRIFT_WEIGHT 0.1
#define DRIFT_SLOWER 1.5  /* and slower by so much, or nobody should care */
#define SIGMA_LEAST  0.05 /* of the logarithm: 5 % */

static void note(struct failing *f, enum precursor which, uint64_t time_ns, uint64_t frame)
{
    f->precursors[which].last_ns = time_ns;
    if (f->precursors[which].first_ns) return;
    f->precursors[which].first_ns = time_ns;
    f->precursors[which].frame = frame;
}

static void clear(struct failing *f, enum precursor which) { f->precursors[which].first_ns = 0; }

/* A station that programs is asked by controllers, too, and is not what was changed. */
static bool is_station(const struct failure_keeper *k, const struct failing *f)
{
    struct device_facts facts;
    struct devices *devices = k->keeping->devices;
    return inventory_facts(devices, inventory_find(devices, &f->party), &facts) &&
           strcmp(facts.role, "engineering station") == 0;
}

/* Observations of others that bode ill. */
void failure_precursor(struct failure_keeper *k, const struct observation *o, const void *payload)
{
    struct behaviour b;
    char text[64];
    if (o->kind == OBSERVED_EXPOSURE && (o->what == EXPOSED_DEFAULT_LOGIN || o->what == EXPOSED_PUBLIC)) {
        struct failing *f = failing_find(k, &o->device);
        if (f) note(f, PRECURSOR_EXPOSED, o->time_ns, o->frame);
    }
    if (o->kind != OBSERVED_BEHAVIOUR || o->length != sizeof b) return;
    if (o->what != OT_MODE && o->what != OT_PROGRAM && o->what != OT_FIRMWARE) return;
    memcpy(&b, payload, sizeof b);
    struct failing *f = b.answer ? NULL : failing_find(k, &o->peer);
    if (f && !is_station(k, f) && !maintenance_planned(k->keeping->options->windows, failing_name(f, text), o->time_ns))
        note(f, PRECURSOR_CHANGED, o->time_ns, o->frame);
}

/* ---- response times ------------------------------------------------ */

static double limit_of(const struct drift *d) { return fmax(ewma_half_width(&d->chart), log(DRIFT_SLOWER)); }

static void tell_drift(struct failure_keeper *k, const struct failing *f, uint64_t frame)
{
    struct event_out *out = k->keeping->out;
    const struct ewma *c = &f->drift.chart;
    char text[64];
    const char *name = failing_name(f, text);
    struct json j = event_begin(out, EVENT_FAILURE, NULL, NULL);
    json_begin_object(&j, "failure");
    json_put_format(&j, "key", "drift:%s", name);
    json_put_string(&j, "kind", "drift");
    json_put_string(&j, "state", f->drift.slow ? "open" : "closed");
    json_put_string(&j, "asset", name);
    event_words(&j, "name", f->drift.slow ? "应答变慢" : "应答时延已恢复",
                f->drift.slow ? "answers have become slow" : "answers are as fast as before");
    json_put_string(&j, "severity", failure_severity_name[FAILURE_INCIPIENT]);
    json_put_double(&j, "usual", exp(c->target));
    json_put_double(&j, "now", exp(c->value));
    json_put_double(&j, "limit", exp(c->target + limit_of(&f->drift)));
    json_begin_array(&j, "evidence");
    json_begin_object(&j, NULL);
    json_put_uint(&j, "frame", frame);
    json_put_time(&j, "time", out->now_ns);
    json_end_object(&j);
    json_end_array(&j);
    event_words(&j, "check", "查设备负载、网口错包、交换机与链路质量。",
                "Look at its load, errors of its port, the switch and the link.");
    json_end_object(&j);
    event_send(out, &j, EVENT_FAILURE, f->drift.slow ? 3 : 4, out->now_ns, (uint64_t)(f - k->assets) + (3ull << 32),
               k->ordinal++);
}

/* Mean and deviation of the logarithm are learned (Welford), then charted. */
void failure_latency(struct failure_keeper *k, struct failing *f, double seconds, uint64_t time_ns, uint64_t frame)
{
    struct drift *d = &f->drift;
    if (!(seconds > 0)) return;
    double x = log(seconds);
    if (d->learned < DRIFT_LEARNS) {
        double before = x - d->mean;
        d->mean += before / ++d->learned;
        d->squares += before * (x - d->mean);
        if (d->learned < DRIFT_LEARNS) return;
        double sigma = sqrt(d->squares / (DRIFT_LEARNS - 1));
        ewma_start(&d->chart, d->mean, fmax(sigma, SIGMA_LEAST), DRIFT_WEIGHT, DRIFT_WIDTH);
        return;
    }
    ewma_add(&d->chart, x);
    double above = d->chart.value - d->chart.target, limit = limit_of(d);
    bool slow = above > limit, fast = above < limit / 2;
    if (slow) note(f, PRECURSOR_SLOWING, time_ns, frame);
    if (slow == d->slow || (d->slow && !fast)) return;
    d->slow = slow;
    if (!slow) clear(f, PRECURSOR_SLOWING);
    tell_drift(k, f, frame);
    failure_tell_forecast(k, f);
}

/* ---- the forecast -------------------------------------------------- */

/* Another device of its model that failed within the month. */
static bool has_failing_twin(const struct failure_keeper *k, const struct failing *f)
{
    struct device_facts own, other;
    struct devices *devices = k->keeping->devices;
    if (!inventory_facts(devices, inventory_find(devices, &f->party), &own) || !own.model[0]) return false;
    for (uint32_t i = 1; i < k->asset_count; i++) {
        const struct failing *x = &k->assets[i];
        if (x == f || !x->failures || k->now_ns > x->failed_ns + MONTH_NS) continue;
        if (inventory_facts(devices, inventory_find(devices, &x->party), &other) && other.id != own.id &&
            strcmp(other.model, own.model) == 0)
            return true;
    }
    return false;
}

static void look_around(struct failure_keeper *k, struct failing *f)
{
    struct devices *devices = k->keeping->devices;
    uint64_t now = k->now_ns;
    const struct {
        enum precursor which;
        bool there;
    } present[] = {{PRECURSOR_WORSENING, f->trend_told},
                   {PRECURSOR_DEGRADED, f->open > 0},
                   {PRECURSOR_TWIN, has_failing_twin(k, f)},
                   {PRECURSOR_VULNERABLE, inventory_vulnerable(devices, inventory_find(devices, &f->party))}};
    for (unsigned i = 0; i < sizeof present / sizeof *present; i++) {
        if (present[i].there)
            note(f, present[i].which, now, 0);
        else
            clear(f, present[i].which);
    }
    for (unsigned i = 0; i < PRECURSOR_COUNT; i++)
        if (f->precursors[i].first_ns && now > f->precursors[i].last_ns + MONTH_NS) clear(f, i);
}

/* What its own history and that of all say: Gamma-Poisson. */
static enum statistic_verdict base_of(const struct failure_keeper *k, const struct failing *f, struct forecast *base)
{
    size_t failures = 0;
    double exposure = 0, shape, rate;
    for (uint32_t i = 1; i < k->asset_count; i++) {
        failures += k->assets[i].failures;
        exposure += failing_hours(&k->assets[i]);
    }
    fleet_prior(failures, exposure, &shape, &rate);
    if (rate + failing_hours(f) < HISTORY_AHEAD) return STATISTIC_TOO_SHORT;
    return forecast_failure(shape, rate, f->failures, failing_hours(f), HISTORY_AHEAD, HISTORY_CONFIDENCE, base);
}

static void put_precursors(const struct failure_keeper *k, const struct failing *f, struct json *j)
{
    json_begin_array(j, "precursors");
    for (unsigned i = 0; i < PRECURSOR_COUNT; i++) {
        const struct precursor_weight *w = precursor_weight(k->precursors, i);
        if (!f->precursors[i].first_ns) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "id", precursor_name[i]);
        json_put_string(j, "zh", w->name.zh);
        json_put_string(j, "en", w->name.en);
        json_put_double(j, "probability", w->probability);
        event_words(j, "why", w->why.zh, w->why.en);
        json_put_time(j, "since", f->precursors[i].first_ns);
        if (f->precursors[i].frame) json_put_uint(j, "frame", f->precursors[i].frame);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_base(struct json *j, enum statistic_verdict verdict, const struct forecast *base)
{
    json_begin_object(j, "forecast");
    json_put_string(j, "verdict", statistic_verdict_name[verdict]);
    json_put_string(j, "zh", statistic_verdict_zh[verdict]);
    json_put_string(j, "en", statistic_verdict_en[verdict]);
    if (verdict == STATISTIC_GIVEN) {
        json_put_double(j, "hours", HISTORY_AHEAD);
        json_put_double(j, "probability", base->probability);
        json_put_double(j, "lower", base->lower);
        json_put_double(j, "upper", base->upper);
    }
    json_end_object(j);
}

static void tell(struct failure_keeper *k, struct failing *f, double probability, enum statistic_verdict verdict,
                 const struct forecast *base)
{
    struct event_out *out = k->keeping->out;
    char text[64];
    const char *name = failing_name(f, text);
    struct json j = event_begin(out, EVENT_FAILURE, NULL, NULL);
    json_begin_object(&j, "failure");
    json_put_format(&j, "key", "forecast:%s", name);
    json_put_string(&j, "kind", "forecast");
    json_put_string(&j, "asset", name);
    event_words(&j, "name", "30天内失效的可能", "how likely it fails within 30 days");
    json_put_double(&j, "probability", probability);
    event_words(&j, "basis", "统计基础概率与先兆按noisy-OR合成；先兆权重为专家判断，未经标定",
                "what its history says, and precursors by noisy-OR; weights are expert judgement, not calibrated");
    put_base(&j, verdict, base);
    put_precursors(k, f, &j);
    json_end_object(&j);
    event_send(out, &j, EVENT_FAILURE, probability >= ALARMING ? 2 : 4, out->now_ns,
               (uint64_t)(f - k->assets) + (2ull << 32), k->ordinal++);
}

/* Told when the precursors are others than before; without any there is nothing to add to the history's own forecast.
 */
void failure_tell_forecast(struct failure_keeper *k, struct failing *f)
{
    double p[PRECURSOR_COUNT];
    bool present[PRECURSOR_COUNT];
    uint32_t set = 0;
    struct forecast base = {0};
    if (f == &k->assets[NETWORK]) return;
    look_around(k, f);
    for (unsigned i = 0; i < PRECURSOR_COUNT; i++) {
        p[i] = precursor_weight(k->precursors, i)->probability;
        present[i] = f->precursors[i].first_ns != 0;
        set |= (uint32_t)present[i] << i;
    }
    if (set == f->precursors_told) return;
    f->precursors_told = set;
    enum statistic_verdict verdict = base_of(k, f, &base);
    tell(k, f, noisy_or(verdict == STATISTIC_GIVEN ? base.probability : 0, p, present, PRECURSOR_COUNT), verdict,
         &base);
}
