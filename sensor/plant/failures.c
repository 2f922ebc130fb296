/* SPDX-License-Identifier: Apache-2.0 */
/* The failure database 失效数据库: records after ISO 14224:2016 from signs of failure and health, with debounce,
 * merging, common cause and censoring (docs/failures.md). */
#include "sensor/plant/failures.h"

#include <stdlib.h>
#include <string.h>

static void failures_close(void *self)
{
    struct failure_keeper *k = self;
    precursors_free(k->precursors);
    free(k->assets);
    free(k->records);
}

static bool failures_open(void *self, struct keeping *keeping, struct fault *fault)
{
    struct failure_keeper *k = self;
    static const struct party network;
    if (!keeping->options->failures) return false;
    k->keeping = keeping;
    k->modes = failure_modes(keeping->options->failures, &k->mode_count);
    k->free_record = k->network_record = NO_RECORD;
    bool good = (k->precursors = precursors_load(keeping->options->failure_precursors, fault)) != NULL;
    k->assets = calloc(FAILURE_ASSETS, sizeof *k->assets);
    k->records = calloc(FAILURE_RECORDS, sizeof *k->records);
    if (!k->assets || !k->records) good = fault_set(fault, "failures: out of memory");
    if (good && failing_of(k, &network)) return true;
    failures_close(k);
    return false;
}

/* ---- records ------------------------------------------------------ */

static struct record *record_new(struct failure_keeper *k, uint32_t asset, uint16_t mode)
{
    uint32_t i = k->free_record;
    if (i != NO_RECORD)
        k->free_record = k->records[i].next;
    else if (k->record_count < FAILURE_RECORDS)
        i = k->record_count++;
    if (i == NO_RECORD) {
        k->records_refused++;
        return NULL;
    }
    struct record *r = &k->records[i];
    *r = (struct record){.mode = mode, .asset = asset, .next = k->assets[asset].first_record, .parent = NO_RECORD};
    k->assets[asset].first_record = i;
    return r;
}

void failure_drop(struct failure_keeper *k, struct record *r)
{
    uint32_t i = (uint32_t)(r - k->records), *at = &k->assets[r->asset].first_record;
    while (*at != i) at = &k->records[*at].next;
    *at = r->next;
    if (i == k->network_record) k->network_record = NO_RECORD;
    r->state = RECORD_FREE;
    r->next = k->free_record;
    k->free_record = i;
}

static uint64_t merge_time(const struct failure_keeper *k, const struct record *r)
{
    return r->asset == NETWORK ? 0 : k->modes[r->mode].merge_ns;
}

static uint64_t hold_time(const struct failure_keeper *k, const struct record *r)
{
    return r->asset == NETWORK ? 0 : k->modes[r->mode].hold_ns;
}

/* ---- counting ----------------------------------------------------- */

/* A failure counts for its asset unless it was planned or is part of the network's. */
static bool counts(const struct record *r) { return !r->planned && r->parent == NO_RECORD; }

static void count_in(struct failure_keeper *k, struct record *r)
{
    struct failing *f = &k->assets[r->asset];
    if (r->planned) f->planned++;
    if (!counts(r)) return;
    f->times[f->failures++ % FAILURE_TIMES] = r->exposure;
    f->failed_ns = r->start_ns;
}

static void uncount(struct failure_keeper *k, struct record *r)
{
    struct failing *f = &k->assets[r->asset];
    if (r->planned || !f->failures) return;
    for (unsigned i = 0; i < FAILURE_TIMES && i < f->failures; i++) {
        if (f->times[i] != r->exposure) continue;
        f->times[i] = f->times[(f->failures - 1) % FAILURE_TIMES];
        break;
    }
    f->failures--;
}

static uint64_t repair_time(const struct record *r)
{
    uint64_t lasted = r->end_ns - r->start_ns, blind = r->blind_end_ns - r->blind_start_ns;
    return lasted > blind ? lasted - blind : 0;
}

/* ---- common cause ------------------------------------------------- */

static bool lost_at_once(const struct failure_keeper *k, const struct record *r, uint64_t start)
{
    uint64_t apart = r->start_ns > start ? r->start_ns - start : start - r->start_ns;
    return r->state == RECORD_OPEN && r->asset != NETWORK && k->modes[r->mode].communication && apart <= COMMON_WITHIN;
}

static void adopt(struct failure_keeper *k, struct record *child, struct record *network)
{
    if (child->parent != NO_RECORD) return;
    uncount(k, child);
    child->parent = (uint32_t)(network - k->records);
    network->children++;
    failure_tell(k, child, "open");
}

/* Many devices lost within seconds are one failure of what they share. */
static void seek_common_cause(struct failure_keeper *k, struct record *r)
{
    struct failing *network = &k->assets[NETWORK];
    uint32_t devices = 0, last = NO_RECORD;
    if (r->planned || !k->modes[r->mode].communication) return;
    if (k->network_record != NO_RECORD && k->records[k->network_record].state == RECORD_OPEN) {
        struct record *n = &k->records[k->network_record];
        if (r->start_ns <= n->bad_ns + COMMON_WITHIN) {
            if (r->start_ns > n->bad_ns) n->bad_ns = r->start_ns;
            adopt(k, r, n);
            failure_tell(k, n, "open");
            return;
        }
    }
    for (uint32_t i = 0; i < k->record_count; i++) {
        const struct record *x = &k->records[i];
        if (!lost_at_once(k, x, r->start_ns) || x->parent != NO_RECORD || x->planned) continue;
        devices += x->asset != last;
        last = x->asset;
    }
    if (devices < COMMON_LEAST) return;
    struct record *n = record_new(k, NETWORK, UINT16_MAX);
    if (!n) return;
    n->state = RECORD_OPEN;
    n->start_ns = n->bad_ns = r->start_ns;
    n->blind_start_ns = k->blind_ns;
    n->signs = 1;
    n->evidence[0].frame = r->evidence[0].frame;
    n->evidence[0].time_ns = r->start_ns;
    k->network_record = (uint32_t)(n - k->records);
    for (uint32_t i = 0; i < k->record_count; i++) {
        struct record *x = &k->records[i];
        if (!lost_at_once(k, x, r->start_ns) || x->planned) continue;
        if (x->start_ns < n->start_ns) n->start_ns = x->start_ns;
        adopt(k, x, n);
    }
    failing_account(k, network, n->start_ns);
    n->exposure = failing_hours(network);
    network->open++;
    count_in(k, n);
    k->opened++;
    failure_tell(k, n, "open");
    failure_tell_trend(k, network);
}

/* ---- from sign to record ------------------------------------------ */

static void note_sign(struct record *r, const struct sign *s)
{
    if (r->signs < FAILURE_EVIDENCE) {
        r->evidence[r->signs].frame = s->frame;
        r->evidence[r->signs].time_ns = s->time_ns;
    }
    r->signs++;
    if (s->time_ns > r->bad_ns) r->bad_ns = s->time_ns;
}

static void open_record(struct failure_keeper *k, struct record *r)
{
    struct failing *f = &k->assets[r->asset];
    char text[64];
    r->state = RECORD_OPEN;
    r->planned = maintenance_planned(k->keeping->options->windows, failing_name(f, text), r->start_ns);
    f->open++;
    k->opened++;
    count_in(k, r);
    failure_tell(k, r, "open");
    seek_common_cause(k, r);
    failure_tell_trend(k, f);
    failure_tell_forecast(k, f);
}

static void reopen(struct failure_keeper *k, struct record *r)
{
    struct failing *f = &k->assets[r->asset];
    if (counts(r)) {
        f->down_ns -= repair_time(r);
        f->closed--;
    }
    r->state = RECORD_OPEN;
    r->good_ns = r->end_ns = 0;
    f->open++;
    k->merged++;
    failure_tell(k, r, "reopened");
}

static void bad_sign(struct failure_keeper *k, struct failing *f, const struct sign *s)
{
    uint32_t asset = (uint32_t)(f - k->assets);
    struct record *r = NULL;
    for (uint32_t i = f->first_record; i != NO_RECORD && !r; i = k->records[i].next)
        if (k->records[i].mode == s->mode) r = &k->records[i];
    if (r && r->state == RECORD_CLOSED && s->time_ns >= r->end_ns) {
        if (s->time_ns - r->end_ns <= merge_time(k, r) && (r->parent == NO_RECORD)) {
            reopen(k, r);
        } else {
            failure_drop(k, r);
            r = NULL;
        }
    }
    if (!r) {
        if (!(r = record_new(k, asset, s->mode))) return;
        r->state = RECORD_PENDING;
        r->start_ns = s->time_ns;
        r->exposure = failing_hours(f) + (s->time_ns > f->last_ns ? (double)(s->time_ns - f->last_ns) / 3.6e12 : 0);
        r->blind_start_ns = k->blind_ns;
    }
    if (s->time_ns < r->good_ns) return; /* of a request older than the answer */
    note_sign(r, s);
    r->good_ns = 0;
    if (r->state == RECORD_PENDING && r->signs >= k->modes[r->mode].count) open_record(k, r);
}

/* It speaks: what such a message ends has a candidate for its end now. */
static void good_sign(struct failure_keeper *k, struct failing *f, uint64_t time_ns, bool good)
{
    uint32_t next;
    for (uint32_t i = f->first_record; i != NO_RECORD; i = next) {
        struct record *r = &k->records[i];
        next = r->next;
        if (r->asset == NETWORK || r->state == RECORD_CLOSED || r->good_ns || time_ns <= r->bad_ns) continue;
        if (!good && k->modes[r->mode].ends == ENDS_BY_OK) continue;
        if (r->state == RECORD_PENDING) {
            k->pending_dropped++;
            failure_drop(k, r);
            continue;
        }
        r->good_ns = time_ns;
        r->blind_end_ns = k->blind_ns;
    }
}

static void close_record(struct failure_keeper *k, struct record *r)
{
    struct failing *f = &k->assets[r->asset];
    r->state = RECORD_CLOSED;
    r->end_ns = r->good_ns;
    f->open--;
    k->closed_count++;
    if (counts(r)) {
        f->closed++;
        f->down_ns += repair_time(r);
    }
    failure_tell(k, r, "closed");
    if (r->parent == NO_RECORD) return;
    struct record *n = &k->records[r->parent];
    if (r->end_ns > n->good_ns) n->good_ns = r->end_ns, n->blind_end_ns = r->blind_end_ns;
    if (--n->children) return;
    close_record(k, n);
}

/* ---- the keeper --------------------------------------------------- */

static void failures_observe(void *self, const struct observation *o, const void *payload)
{
    struct failure_keeper *k = self;
    struct sign s;
    if (!k->saved_ns) k->now_ns = k->keeping->now_ns;
    if (k->saved_ns || o->kind == OBSERVED_SIGN) k->keeping->due_ns = 0;
    if (k->saved_ns && o->time_ns > k->saved_ns) { /* the first that is seen behind a restart */
        failures_blind(k, k->saved_ns, o->time_ns);
        k->heard_ns = o->time_ns;
    }
    k->saved_ns = 0;
    if (o->kind == OBSERVED_BEHAVIOUR || o->kind == OBSERVED_EXPOSURE) failure_precursor(k, o, payload);
    if (o->kind != OBSERVED_SIGN || o->length != sizeof s) return;
    memcpy(&s, payload, sizeof s);
    k->keeping->changed = true;
    if (o->what == SIGN_BLIND) {
        failures_blind(k, s.time_ns, s.until_ns);
        return;
    }
    if (k->heard_ns && o->time_ns > k->heard_ns + MIRROR_SILENT) failures_blind(k, k->heard_ns, o->time_ns);
    k->heard_ns = o->time_ns;
    failing_heard(k, &k->assets[NETWORK], o->time_ns);
    struct failing *f = failing_of(k, &o->device);
    if (!f) return;
    bool unanswered = o->what == SIGN_BAD && s.mode < k->mode_count && s.time_ns < o->time_ns && !f->first_ns;
    /* who was never heard does not fail: it is not there, or its answers do not pass this sensor */
    if (unanswered || (o->what == SIGN_BAD && s.mode >= k->mode_count)) return;
    if (o->what == SIGN_BAD && !(k->modes[s.mode].ends == ENDS_BY_ANSWER)) failing_heard(k, f, s.time_ns);
    if (o->what != SIGN_BAD) failing_heard(k, f, s.time_ns);
    if (!f->first_ns) return;
    if (s.latencies) failure_latency(k, f, s.latency, s.time_ns, o->frame);
    if (o->what == SIGN_BAD) {
        if (k->modes[s.mode].ends == ENDS_BY_OK) good_sign(k, f, s.time_ns, false);
        bad_sign(k, f, &s);
    } else {
        good_sign(k, f, s.time_ns, o->what == SIGN_GOOD);
    }
}

/* When it will be closed or forgotten, as things are. */
static uint64_t due_of(const struct failure_keeper *k, const struct record *r)
{
    if (r->state == RECORD_OPEN && r->good_ns && r->asset != NETWORK) return r->good_ns + hold_time(k, r);
    if (r->state != RECORD_CLOSED) return UINT64_MAX;
    if (r->asset == NETWORK) return r->children ? UINT64_MAX : 0;
    return r->end_ns + merge_time(k, r) + COMMON_WITHIN + 1;
}

static void failures_tick(void *self, uint64_t now)
{
    struct failure_keeper *k = self;
    if (k->saved_ns) return;
    k->now_ns = now;
    k->keeping->due_ns = UINT64_MAX;
    for (uint32_t i = 0; i < k->record_count; i++) {
        struct record *r = &k->records[i];
        if (r->state == RECORD_OPEN && r->good_ns && r->asset != NETWORK && now >= r->good_ns + hold_time(k, r))
            close_record(k, r);
        else if (r->state == RECORD_CLOSED && r->asset == NETWORK && !r->children)
            failure_drop(k, r);
        else if (r->state == RECORD_CLOSED && r->asset != NETWORK && now > r->end_ns + merge_time(k, r) + COMMON_WITHIN)
            failure_drop(k, r);
    }
    for (uint32_t i = 0; i < k->record_count; i++) keeper_due(k->keeping, due_of(k, &k->records[i]));
    if (!k->exposure_due) return;
    k->exposure_due = false;
    for (uint32_t i = 0; i < k->asset_count; i++) {
        struct failing *f = &k->assets[i];
        if (!f->first_ns || f->observed_ns - f->told_at_ns < TELL_EXPOSURE) continue;
        failure_tell_exposure(k, f);
        failure_tell_forecast(k, f);
    }
}

/* Open outages are told as they stand: right-censored. */
static void failures_finish(void *self, uint64_t now)
{
    struct failure_keeper *k = self;
    k->now_ns = now;
    for (uint32_t i = 0; i < k->record_count; i++) {
        struct record *r = &k->records[i];
        if (r->state == RECORD_OPEN && r->good_ns && r->asset != NETWORK && now >= r->good_ns + hold_time(k, r))
            close_record(k, r);
    }
    for (uint32_t i = 0; i < k->asset_count; i++) {
        struct failing *f = &k->assets[i];
        if (!f->first_ns) continue;
        if (f->open) failing_account(k, f, now);
        failure_tell_exposure(k, f);
        failure_tell_forecast(k, f);
    }
    for (uint32_t i = 0; i < k->record_count; i++)
        if (k->records[i].state == RECORD_OPEN) failure_tell(k, &k->records[i], "open");
}

static void failures_counters(void *self, struct json *j)
{
    const struct failure_keeper *k = self;
    json_put_uint(j, "assets", k->asset_count ? k->asset_count - 1 : 0);
    json_put_uint(j, "assets_refused", k->assets_refused);
    json_put_uint(j, "records_refused", k->records_refused);
    json_put_uint(j, "opened", k->opened);
    json_put_uint(j, "closed", k->closed_count);
    json_put_uint(j, "merged", k->merged);
    json_put_uint(j, "below_count", k->pending_dropped);
    json_put_uint(j, "blind_seconds", k->blind_ns / 1000000000u);
}

const struct keeper keeper_failures = {
    .name = "failures",
    .size = sizeof(struct failure_keeper),
    .version = 4u << 24 | (sizeof(struct failing) << 12 ^ sizeof(struct record)), /* as in memory */
    .open = failures_open,
    .observe = failures_observe,
    .tick = failures_tick,
    .finish = failures_finish,
    .save = failures_save,
    .load = failures_restore,
    .counters = failures_counters,
    .close = failures_close};
