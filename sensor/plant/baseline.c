/* SPDX-License-Identifier: Apache-2.0 */
/* The baseline: learns what is normal in stages, tells what is not (docs/baseline.md). Changes of mode, program and
 * firmware are told even while they are learned. */
#include "sensor/plant/baseline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define SECOND 1000000000ull
#define DAY    (86400 * SECOND)
enum {
    WAIT_GAPS = 3,     /* learning waits for so many of the longest gaps below a node */
    GAPS_LEAST = 10,   /* before a period is one */
    VALUES_LEAST = 20, /* before a range is one */
    PERIOD_ODD = 3     /* summaries in turn with another period */
};
#define WAIT_AT_MOST (7 * DAY)
#define TELL_EVERY   (3600 * SECOND)

static void baseline_close(void *self)
{
    struct baseline_keeper *k = self;
    free(k->nodes);
    free(k->slots);
}

static bool read_file(struct baseline_keeper *k, const struct sensor_options *o, struct fault *fault)
{
    struct baseline_lines lines = {0};
    if (!o->baseline_file) return !k->judging || fault_set(fault, "baseline.mode judge needs baseline.file");
    bool good = (!o->baseline_key || baseline_verify(o->baseline_file, o->baseline_key, fault)) &&
                baseline_read(o->baseline_file, &lines, fault) && baseline_take_lines(k, &lines, fault);
    baseline_lines_free(&lines);
    return good;
}

static bool baseline_open(void *self, struct keeping *keeping, struct fault *fault)
{
    struct baseline_keeper *k = self;
    const struct sensor_options *o = keeping->options;
    time_t now = 0;
    struct tm local;
    if (o->baseline_mode == BASELINE_OFF) return false;
    k->keeping = keeping;
    k->judging = o->baseline_mode == BASELINE_JUDGE;
    if (localtime_r(&now, &local)) k->utc_offset_s = local.tm_gmtoff;
    k->room = 1024;
    k->nodes = calloc(k->room, sizeof *k->nodes);
    k->slots = calloc(NODE_SLOTS, sizeof *k->slots);
    bool good = (k->nodes && k->slots) || fault_set(fault, "baseline: out of memory");
    if (good) k->nodes[k->count++] = (struct node){.kind = NODE_PLANT};
    if (good && read_file(k, o, fault)) return true;
    baseline_close(k);
    return false;
}

/* ---- the tree ------------------------------------------------------ */

static uint64_t node_hash(uint32_t parent, uint8_t kind, const char *name, uint16_t parser, uint8_t class,
                          uint32_t unit)
{
    uint64_t seed = (uint64_t)parent << 32 ^ (uint64_t)kind << 24 ^ (uint64_t) class << 16 ^ parser;
    return XXH3_64bits_withSeed(name, strlen(name), seed * 0x9e3779b97f4a7c15ull + unit);
}

static bool node_is(const struct node *n, uint32_t parent, uint8_t kind, const char *name, uint16_t parser,
                    uint8_t class, bool has_unit, uint32_t unit)
{
    return n->parent == parent && n->kind == kind && n->parser == parser && n->class == class &&
           n->has_unit == has_unit && n->unit == unit && strcmp(n->name, name) == 0;
}

struct node *baseline_child(struct baseline_keeper *k, uint32_t parent, enum node_kind kind, const char *name,
                            uint16_t parser, uint8_t class, bool has_unit, uint32_t unit, bool *made)
{
    uint64_t i = node_hash(parent, (uint8_t)kind, name, parser, class, unit);
    *made = false;
    for (;; i++) {
        uint32_t at = k->slots[i % NODE_SLOTS];
        if (!at) break;
        struct node *n = &k->nodes[at - 1];
        if (node_is(n, parent, (uint8_t)kind, name, parser, class, has_unit, unit)) return n;
    }
    if (k->count == k->room && k->room < NODES_AT_MOST) {
        struct node *larger = realloc(k->nodes, 2 * (size_t)k->room * sizeof *larger);
        if (larger) k->nodes = larger, k->room *= 2;
    }
    if (k->count == k->room) {
        k->refused++;
        return NULL;
    }
    struct node *n = &k->nodes[k->count++];
    k->slots[i % NODE_SLOTS] = k->count;
    *n = (struct node){
        .parent = parent, .unit = unit, .parser = parser, .kind = (uint8_t)kind, .class = class, .has_unit = has_unit};
    snprintf(n->name, sizeof n->name, "%s", name);
    *made = true;
    return n;
}

/* When it would be told that it is silent, if it is not heard before. Summaries come every ten seconds, so shorter
 * silences are not told. */
static uint64_t silence_due(const struct baseline_keeper *k, const struct node *n)
{
    if (n->kind != NODE_OPERATION || !n->regular || n->silent || !n->last_ns || !(k->judging || n->settled))
        return UINT64_MAX;
    double patience = fmax(fmax(10 * n->gap_ns, 3 * (double)n->gap_max_ns), 60e9);
    return n->last_ns + (uint64_t)ceil(fmin(patience, 9e18));
}

/* Settled: nothing new for the time given, and for some of the longest gaps of what it holds. */
static void settle(struct baseline_keeper *k, struct node *n, uint64_t now)
{
    uint64_t wait = k->keeping->options->baseline_settle, gaps = WAIT_GAPS * n->longest_ns;
    if (n->settled || (k->judging && !n->granted)) return;
    if (gaps > WAIT_AT_MOST) gaps = WAIT_AT_MOST;
    if (gaps > wait) wait = gaps;
    if (!n->new_ns || now < n->new_ns + wait) return;
    n->settled = true;
    keeper_due(k->keeping, silence_due(k, n));
}

static bool never_silent(uint8_t class) { return class == OT_MODE || class == OT_PROGRAM || class == OT_FIRMWARE; }

/* The child, learned or told. A deviation's own children are learned again: one finding is told once. */
static struct node *step(struct baseline_keeper *k, uint32_t parent, enum node_kind kind, const char *name,
                         uint8_t class, bool has_unit, uint32_t unit, const struct observation *o, uint64_t first)
{
    bool made;
    settle(k, &k->nodes[parent], first);
    uint16_t parser = kind == NODE_PAIR || kind == NODE_OPERATION ? o->parser : 0;
    struct node *n = baseline_child(k, parent, kind, name, parser, class, has_unit, unit, &made);
    if (n && n->state == BASELINE_REJECTED) baseline_tell(k, n, (enum deviation)(kind - NODE_DEVICE), o, NULL, NULL);
    if (!n || !made) return n;
    struct node *above = &k->nodes[parent];
    n->new_ns = n->first_ns = first;
    k->keeping->changed = true;
    n->granted = above->granted && !above->settled;
    bool told = above->settled || (kind == NODE_OPERATION && never_silent(class));
    if (!above->settled) above->new_ns = first;
    if (told) {
        n->state = BASELINE_DEVIATION;
        baseline_tell(k, n, (enum deviation)(kind - NODE_DEVICE), o, NULL, NULL);
    }
    return n;
}

/* ---- what a node measures ------------------------------------------ */

static void learn_gaps(struct baseline_keeper *k, struct node *n, const struct behaviour *b,
                       const struct observation *o)
{
    uint64_t sum = b->gap_sum_ns, longest = b->gap_max_ns;
    uint32_t gaps = b->gaps;
    char was[48], now[48];
    if (n->last_ns && b->first_ns > n->last_ns && gaps < b->count) {
        uint64_t gap = b->first_ns - n->last_ns;
        sum += gap;
        gaps++;
        if (gap > longest) longest = gap;
    }
    if (!gaps) return;
    double mean = (double)sum / gaps;
    bool known = n->regular && (k->judging || n->settled || n->from_file);
    if (!known) {
        n->gap_ns = (n->gap_ns * n->gaps + (double)sum) / (n->gaps + gaps);
        n->gaps += gaps;
        if (longest > n->gap_max_ns) n->gap_max_ns = longest;
        n->regular = n->gaps >= GAPS_LEAST && (double)n->gap_max_ns < 3 * n->gap_ns;
        return;
    }
    n->recent_ns = n->recent_ns > 0 ? 0.7 * n->recent_ns + 0.3 * mean : mean;
    bool odd = mean > 2 * n->gap_ns || mean < n->gap_ns / 2;
    n->odd = odd ? n->odd + 1 : 0;
    if (n->odd < PERIOD_ODD) return;
    snprintf(was, sizeof was, "%.6g s", n->gap_ns / 1e9);
    snprintf(now, sizeof now, "%.6g s", mean / 1e9);
    baseline_tell(k, n, DEVIATION_PERIOD, o, was, now);
}

static void learn_range(struct baseline_keeper *k, struct node *n, const struct behaviour *b,
                        const struct observation *o)
{
    char was[96], now[96];
    if (!b->values) return;
    bool known = n->valued && n->values >= VALUES_LEAST && (k->judging || n->settled);
    double margin = 0.1 * (n->high - n->low);
    if (known && (b->low < n->low - margin || b->high > n->high + margin)) {
        snprintf(was, sizeof was, "%.9g … %.9g", n->low, n->high);
        snprintf(now, sizeof now, "%.9g … %.9g", b->low, b->high);
        if (!n->odd_valued || b->low < n->odd_low) n->odd_low = b->low;
        if (!n->odd_valued || b->high > n->odd_high) n->odd_high = b->high;
        n->odd_valued = true;
        baseline_tell(k, n, DEVIATION_VALUE, o, was, now);
    }
    if (!known) {
        if (!n->valued || b->low < n->low) n->low = b->low;
        if (!n->valued || b->high > n->high) n->high = b->high;
        n->valued = true;
    }
    n->values += b->values;
}

static unsigned hour_of(const struct baseline_keeper *k, uint64_t time_ns)
{
    return (unsigned)(((int64_t)(time_ns / SECOND) + k->utc_offset_s) / 3600 % 24);
}

static void learn_hours(struct baseline_keeper *k, struct node *n, const struct observation *o, uint64_t first)
{
    uint64_t bit = 1ull << hour_of(k, first);
    char now[16];
    bool known = k->judging ? n->hours_given : n->settled && first >= n->first_ns + BASELINE_WEEK;
    if (!known) {
        n->hours |= bit;
    } else if (!(n->hours & bit)) {
        snprintf(now, sizeof now, "%02u:00", hour_of(k, first));
        n->odd_hours |= bit;
        baseline_tell(k, n, DEVIATION_HOURS, o, NULL, now);
    }
}

/* Silence has an end: from then on it is watched again. */
static void heard(struct node *n, const struct behaviour *b)
{
    n->count += b->count;
    n->silent = false;
    if (b->last_ns > n->last_ns) n->last_ns = b->last_ns;
}

static void wait_for(struct baseline_keeper *k, uint32_t at, uint64_t gap)
{
    for (;; at = k->nodes[at].parent) {
        if (gap > k->nodes[at].longest_ns) k->nodes[at].longest_ns = gap;
        if (!at) return;
    }
}

static void observe_behaviour(struct baseline_keeper *k, const struct observation *o, const struct behaviour *b)
{
    char device[64], peer[64];
    const struct address *a = &o->device.address, *z = &o->peer.address;
    const char *from = a->family ? address_text(a, device) : mac_text(o->device.mac, device);
    const char *to = z->family ? address_text(z, peer) : mac_text(o->peer.mac, peer);
    uint64_t first = b->first_ns;
    struct node *n = step(k, 0, NODE_DEVICE, from, 0, false, 0, o, first);
    if (!n) return;
    n->last_ns = b->last_ns;
    n->count += b->count;
    n = step(k, (uint32_t)(n - k->nodes), NODE_PAIR, to, 0, false, 0, o, first);
    if (!n) return;
    n->count += b->count;
    n->last_ns = b->last_ns;
    learn_hours(k, n, o, first);
    n = step(k, (uint32_t)(n - k->nodes), NODE_OPERATION, b->operation, o->what, b->has_unit, b->unit, o, first);
    if (n && b->object[0]) n = step(k, (uint32_t)(n - k->nodes), NODE_OBJECT, b->object, 0, false, 0, o, first);
    if (!n) return;
    settle(k, n, b->last_ns);
    learn_gaps(k, n, b, o);
    learn_range(k, n, b, o);
    heard(n, b);
    keeper_due(k->keeping, silence_due(k, n));
    wait_for(k, (uint32_t)(n - k->nodes), n->gap_max_ns);
}

/* ---- the keeper ---------------------------------------------------- */

static void baseline_observe(void *self, const struct observation *o, const void *payload)
{
    struct behaviour b;
    if (o->kind != OBSERVED_BEHAVIOUR || o->length != sizeof b) return;
    memcpy(&b, payload, sizeof b);
    if (b.answer || !b.count) return;
    ((struct baseline_keeper *)self)->keeping->changed = true;
    observe_behaviour(self, o, &b);
}

/* What was regular and is heard no more. */
static void seek_silence(struct baseline_keeper *k, uint64_t now)
{
    char was[48], text[48];
    for (uint32_t i = 1; i < k->count; i++) {
        struct node *n = &k->nodes[i];
        uint64_t due = silence_due(k, n);
        if (now < due) {
            keeper_due(k->keeping, due);
            continue;
        }
        n->silent = true;
        snprintf(was, sizeof was, "%.6g s", n->gap_ns / 1e9);
        snprintf(text, sizeof text, "%.6g s", (double)(now - n->last_ns) / 1e9);
        baseline_tell(k, n, DEVIATION_SILENCE, NULL, was, text);
    }
}

static void baseline_tick(void *self, uint64_t now)
{
    struct baseline_keeper *k = self;
    k->now_ns = now;
    if (now / (10 * SECOND) == k->keeping->before_ns / (10 * SECOND)) return;
    k->keeping->due_ns = UINT64_MAX;
    seek_silence(k, now);
}

static void baseline_finish(void *self, uint64_t now)
{
    struct baseline_keeper *k = self;
    k->now_ns = now;
    for (uint32_t i = 0; i < k->count; i++) settle(k, &k->nodes[i], now);
    baseline_write_file(k);
}

static void baseline_counters(void *self, struct json *j)
{
    const struct baseline_keeper *k = self;
    json_put_uint(j, "nodes", k->count);
    json_put_uint(j, "refused", k->refused);
    json_put_uint(j, "deviations", k->deviations);
    json_put_uint(j, "accepted", k->accepted);
    json_put_uint(j, "rejected", k->rejected);
    json_put_uint(j, "unknown_keys", k->unknown_keys);
}

const struct keeper keeper_baseline = {.name = "baseline",
                                       .size = sizeof(struct baseline_keeper),
                                       .version =
                                           3u << 16 | sizeof(struct node), /* nodes are saved as they lie in memory */
                                       .open = baseline_open,
                                       .observe = baseline_observe,
                                       .tick = baseline_tick,
                                       .finish = baseline_finish,
                                       .save = baseline_save,
                                       .load = baseline_load,
                                       .instruct = baseline_instruct,
                                       .counters = baseline_counters,
                                       .close = baseline_close};
