/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures in force: loading, and the hand-over to the workers (rules.h). */
#include "sensor/rules/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "common/file.h"
#include "parsers/registry.h"
#include "sensor/plant/maintenance.h"
#include "sensor/rules/private.h"
#include "sensor/rules/watch.h"
#include "signatures/sets.h"

enum { TURN_NS = 100000000, LOOK_NS = 1000000000 };

static void nap(long ns)
{
    struct timespec t = {0, ns};
    nanosleep(&t, NULL);
}

uint64_t rules_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- a generation ------------------------------------------------ */

static uint8_t *wants_of(const struct ruleset *ruleset)
{
    size_t fields = registry()->field_count;
    uint8_t *wants = calloc(OT_CLASS_COUNT, fields + 1);
    for (unsigned c = 0; wants && c < OT_CLASS_COUNT; c++)
        ruleset_fields_of_class(ruleset, (enum ot_class)c, wants + c * fields);
    return wants;
}

/* What of `g` is not `kept`'s, too. */
static void generation_free(struct generation *g, const struct generation *kept)
{
    if (!kept || g->ruleset != kept->ruleset) ruleset_free(g->ruleset);
    if (!kept || g->wants != kept->wants) free(g->wants);
    if (!kept || g->suppressions != kept->suppressions) free(g->suppressions);
}

static void share_free(struct rules_share *share)
{
    while (share) {
        struct rules_share *before = share->before;
        matcher_close(share->matcher);
        free(share);
        share = before;
    }
}

static struct rules_share *share_make(const struct rules *r, const struct generation *g)
{
    struct rules_share *share = calloc(1, sizeof *share);
    if (!share) return NULL;
    share->ruleset = g->ruleset;
    share->wants = g->wants;
    share->suppressions = g->suppressions;
    share->maintenance = r->options->windows;
    share->matcher = matcher_open(g->ruleset);
    if (share->matcher) return share;
    free(share);
    return NULL;
}

/* ---- the hand-over ----------------------------------------------- */

struct rules_share *rules_take(struct rules *r, unsigned worker, struct rules_share *old)
{
    struct slot *s = &r->slots[worker];
    if (!atomic_load_explicit(&s->next, memory_order_relaxed)) return NULL;
    struct rules_share *share = atomic_exchange_explicit(&s->next, NULL, memory_order_acquire);
    if (share && old) {
        matcher_inherit(share->matcher, old->matcher);
        atomic_store_explicit(&s->retired, old, memory_order_release);
    }
    return share;
}

void rules_leave(struct rules *r, unsigned worker, struct rules_share *last)
{
    struct slot *s = &r->slots[worker];
    last->before = atomic_exchange_explicit(&s->retired, NULL, memory_order_acquire);
    atomic_store_explicit(&s->retired, last, memory_order_release);
    atomic_store_explicit(&s->gone, true, memory_order_release);
}

/* Waits until the worker uses its former share no more, and frees it. */
static void await(struct slot *s)
{
    struct rules_share *old, *unused = NULL;
    while (!(old = atomic_exchange_explicit(&s->retired, NULL, memory_order_acquire))) {
        if (atomic_load_explicit(&s->gone, memory_order_acquire)) {
            old = atomic_exchange_explicit(&s->retired, NULL, memory_order_acquire);
            break;
        }
        nap(1000000);
    }
    if (atomic_load_explicit(&s->gone, memory_order_acquire)) unused = atomic_exchange(&s->next, NULL);
    share_free(old);
    share_free(unused);
}

/* All workers get theirs, or none does. The former generation is freed when this returns true. */
static bool hand_over(struct rules *r, struct generation *g, struct fault *fault)
{
    struct rules_share *shares[WORKERS_AT_MOST] = {NULL};
    bool uses[WORKERS_AT_MOST] = {false};
    struct generation old = r->now;
    bool good = true;
    for (unsigned i = 0; good && i < r->workers; i++) good = (shares[i] = share_make(r, g)) != NULL;
    if (!good) {
        for (unsigned i = 0; i < r->workers; i++) share_free(shares[i]);
        return fault_set(fault, "out of memory");
    }
    r->now = *g;
    for (unsigned i = 0; i < r->workers; i++) {
        struct rules_share *not_taken = atomic_exchange_explicit(&r->slots[i].next, shares[i], memory_order_acq_rel);
        uses[i] = !not_taken; /* one that has not begun has nothing to give back, and may never begin */
        share_free(not_taken);
    }
    for (unsigned i = 0; i < r->workers; i++)
        if (uses[i]) await(&r->slots[i]);
    generation_free(&old, g);
    return true;
}

static bool rules_fit(const struct holding *holding, const struct ruleset *ruleset, struct fault *fault)
{
    for (unsigned i = 0; i < holding->count; i++)
        if (holding->rows[i].bundle && !bundle_rules_fit(holding->rows[i].bundle, ruleset, fault)) return false;
    return true;
}

/* With these suppressions, which it owns from now on unless they are the present ones. */
static bool bring(struct rules *r, struct holding *holding, struct suppressions *list, struct fault *fault)
{
    struct ruleset_source sources[BUNDLES_AT_MOST + 1];
    unsigned shadowed = 0, count = holding_sources(r, holding, sources);
    struct generation g = {.suppressions = list};
    struct sets *sets = indicators_sets(r, fault);
    g.ruleset = sets ? ruleset_load_all(sources, count, sets_view(sets), &shadowed, fault) : NULL;
    sets_free(sets);
    g.wants = g.ruleset && rules_fit(holding, g.ruleset, fault) ? wants_of(g.ruleset) : NULL;
    if (!g.wants || !hand_over(r, &g, fault)) {
        generation_free(&g, &r->now);
        holding_close(holding, &r->holding);
        return fault_set(fault, "out of memory");
    }
    holding_close(&r->holding, holding);
    r->holding = *holding;
    r->shadowed = shadowed;
    return true;
}

bool rules_bring(struct rules *r, struct holding *holding, struct fault *fault)
{
    return bring(r, holding, r->now.suppressions, fault);
}

bool rules_suppress(struct rules *r, struct suppressions *list, struct fault *fault)
{
    struct generation g = {r->now.ruleset, r->now.wants, list};
    if (hand_over(r, &g, fault)) return true;
    free(list);
    return false;
}

/* ---- the operator's own files ------------------------------------ */

static uint64_t stamp_of(const struct rules *r)
{
    const struct sensor_options *o = r->options;
    return watch_stamp(watch_stamp(watch_stamp(watch_stamp(1, o->signatures), o->sets), o->suppressions),
                       o->revocations);
}

static bool load_revocations(struct rules *r, enum bundle_refusal *why, struct fault *fault)
{
    const char *path = r->options->revocations;
    size_t length;
    if (!path) return true;
    char *list = file_read(path, BUNDLE_MOST, &length, O_NOFOLLOW, NULL);
    *why = BUNDLE_STORAGE;
    bool good = list ? trust_revoke(r->trust, list, length, why, fault) : fault_set(fault, "%s: cannot be read", path);
    free(list);
    return good;
}

/* Those of the file, beside those of the collector; NULL and a fault. */
static struct suppressions *read_suppressions(const struct rules *r, struct fault *fault)
{
    struct suppressions *list = suppressions_copy(r->now.suppressions);
    if (!list) fault_set(fault, "out of memory");
    if (!list || !r->options->suppressions || suppressions_load(list, r->options->suppressions, fault)) return list;
    free(list);
    return NULL;
}

/* The operator's bundle or files, and the suppressions with them: both, or neither. */
static bool bring_own(struct rules *r, struct holding *candidate, enum bundle_refusal *why, struct fault *fault)
{
    if (!holding_open_own(r, candidate, why, fault)) return false;
    *why = BUNDLE_BAD_RULE;
    struct suppressions *list = read_suppressions(r, fault);
    if (list) return bring(r, candidate, list, fault);
    holding_close(candidate, &r->holding);
    return false;
}

static void reload(struct rules *r)
{
    struct fault fault = {""};
    enum bundle_refusal why = BUNDLE_NONE;
    bool good = load_revocations(r, &why, &fault);
    if (good) items_drop_revoked(r);
    struct holding candidate = r->holding;
    good = good && bring_own(r, &candidate, &why, &fault);
    const struct held *own = holding_find(good ? &candidate : &r->holding, "", true);
    struct told t = {.kind = "files", .state = "in_force", .name = r->options->signatures};
    if (own) t.version = own->version, t.digest = own->digest;
    if (!good) t.state = "refused", t.why = why, t.detail = fault.text;
    if (good) keep_save(r);
    rules_tell(r, &t);
}

/* A change is taken once it lasts: half a copy is not read. SIGHUP does not wait. */
static bool is_changed(struct rules *r)
{
    uint64_t stamp = stamp_of(r);
    bool lasting = stamp != r->stamp && stamp == r->looked;
    r->looked = stamp;
    if (lasting) r->stamp = stamp;
    return lasting;
}

/* ---- expiry ------------------------------------------------------ */

static void expire(struct rules *r)
{
    uint64_t now = rules_clock();
    struct fault fault = {""};
    const struct suppressions *all = r->now.suppressions;
    unsigned over = 0;
    for (unsigned i = 0; i < all->count; i++) over += all->rows[i].until_ns <= now && !all->rows[i].from_file;
    struct suppressions *list = over ? suppressions_copy(all) : NULL;
    for (unsigned i = list ? list->count : 0; i-- > 0;) {
        if (list->rows[i].until_ns > now || list->rows[i].from_file) continue;
        struct told t = {.kind = "suppression",
                         .key = list->rows[i].id,
                         .item = list->rows[i].id,
                         .state = "expired",
                         .alerts = list->rows[i].alerts,
                         .counted = true};
        rules_tell(r, &t);
        suppressions_drop(list, i);
    }
    if (list && rules_suppress(r, list, &fault)) keep_save(r);
    for (unsigned i = 0; i < r->list_count; i++) {
        if (!r->lists[i].until_ns || r->lists[i].until_ns > now) continue;
        struct holding same = r->holding;
        struct told t = {.kind = "indicators", .key = r->lists[i].id, .item = r->lists[i].id, .state = "expired"};
        json_t *withdraw = json_pack("{s:s, s:b}", "id", r->lists[i].id, "withdrawn", 1);
        rules_tell(r, &t);
        if (indicators_take(r, withdraw, &fault) && rules_bring(r, &same, &fault)) keep_save(r);
        json_decref(withdraw);
        return; /* the others at the next turn */
    }
}

/* ---- the thread -------------------------------------------------- */

static void tell_start(struct rules *r)
{
    for (unsigned i = 0; i < r->unfit_count; i++) {
        const struct unfit *u = &r->unfit[i];
        struct told t = {.kind = "bundle",
                         .key = u->held.name,
                         .state = "refused",
                         .why = u->why,
                         .name = u->held.name,
                         .version = u->held.version,
                         .digest = u->held.digest,
                         .detail = u->fault.text};
        rules_tell(r, &t);
    }
    for (unsigned i = 0; i < r->holding.count; i++) {
        const struct held *h = &r->holding.rows[i];
        if (!h->bundle) continue;
        struct told t = {.kind = h->own ? "files" : "bundle",
                         .key = h->own ? NULL : h->name,
                         .state = "in_force",
                         .item = h->item,
                         .name = h->name,
                         .version = h->version,
                         .digest = h->digest,
                         .key_id = bundle_manifest(h->bundle)->key_id};
        rules_tell(r, &t);
    }
}

static void *run(void *argument)
{
    struct rules *r = argument;
    uint64_t slept_ns = 0;
    tell_start(r);
    while (!r->stopping) {
        items_act(r);
        if (r->reload && *r->reload) {
            *r->reload = 0;
            r->stamp = r->looked = stamp_of(r);
            reload(r);
        }
        nap(TURN_NS);
        slept_ns += TURN_NS;
        if (slept_ns < LOOK_NS) continue;
        slept_ns = 0;
        if (is_changed(r)) reload(r);
        expire(r);
    }
    return NULL;
}

/* ---- life -------------------------------------------------------- */

/* Beside the spool where there is one: what the collector sent is acknowledged, and must not be lost. */
static bool name_directory(struct rules *r)
{
    const struct sensor_options *o = r->options;
    const char *spool = o->collector ? o->spool : NULL;
    int n = 0;
    if (o->rules_state)
        n = snprintf(r->directory, sizeof r->directory, "%s", o->rules_state);
    else if (spool)
        n = snprintf(r->directory, sizeof r->directory, "%s/signatures", spool);
    return n >= 0 && (size_t)n < sizeof r->directory;
}

static bool load_all(struct rules *r, struct fault *fault)
{
    const struct sensor_options *o = r->options;
    char path[PATH_MAX];
    enum bundle_refusal why = BUNDLE_NONE;
    if (!name_directory(r)) return fault_set(fault, "signatures.state: the path is too long");
    if (!(r->now.suppressions = suppressions_copy(NULL))) return fault_set(fault, "out of memory");
    if (!(r->trust = trust_open(o->trusted.items, (unsigned)o->trusted.count, fault))) return false;
    if (o->collector && !o->rules_state && !o->check_config && mkdir(o->spool, 0700) && errno != EEXIST)
        return fault_set(fault, "%s: cannot be made: %s", o->spool, strerror(errno));
    if (!load_revocations(r, &why, fault) || !keep_load(r, fault)) return false;
    if (o->collector && !o->check_config && keep_path(r, "received", "", path) &&
        !(r->received = received_open(path, fault)))
        return false;
    struct holding candidate = r->holding;
    return bring_own(r, &candidate, &why, fault);
}

struct rules *rules_open(const struct sensor_options *options, struct fault *fault)
{
    struct rules *r = calloc(1, sizeof *r);
    if (!r) {
        fault_set(fault, "out of memory");
        return NULL;
    }
    r->options = options;
    if (load_all(r, fault)) {
        r->stamp = r->looked = stamp_of(r);
        return r;
    }
    rules_close(r);
    return NULL;
}

bool rules_start(struct rules *r, struct publisher *publisher, volatile sig_atomic_t *hang_up, struct fault *fault)
{
    r->reload = hang_up;
    r->workers = (unsigned)r->options->workers;
    bool good = event_out_open(&r->out, r->options, publisher, r->workers + 1);
    for (unsigned i = 0; good && i < r->workers; i++) {
        struct rules_share *share = share_make(r, &r->now);
        atomic_store(&r->slots[i].next, share);
        good = share != NULL;
    }
    if (good && !keep_save(r)) return fault_set(fault, "%s: cannot be written", r->directory);
    if (good) good = r->started = pthread_create(&r->thread, NULL, run, r) == 0;
    return good || fault_set(fault, "signatures: out of memory");
}

void rules_plant(struct rules *r, struct plant *plant) { atomic_store(&r->plant, plant); }

void rules_stop(struct rules *r)
{
    if (!r || !r->started) return;
    r->stopping = true;
    pthread_join(r->thread, NULL);
    r->started = false;
    keep_save(r);
}

void rules_close(struct rules *r)
{
    if (!r) return;
    rules_stop(r);
    for (unsigned i = 0; i < r->workers; i++) {
        share_free(atomic_load(&r->slots[i].next));
        share_free(atomic_load(&r->slots[i].retired));
    }
    holding_close(&r->holding, NULL);
    indicators_close(r);
    generation_free(&r->now, NULL);
    received_close(r->received);
    trust_close(r->trust);
    event_out_close(&r->out);
    free(r);
}

/* ---- from the publisher's thread --------------------------------- */

bool rules_item(void *rules, const struct link_item *item, bool verified)
{
    struct rules *r = rules;
    return r->received && received_put(r->received, item, verified);
}

void rules_item_position(void *rules, struct link_position *position)
{
    struct rules *r = rules;
    if (r->received) received_position(r->received, position);
}
