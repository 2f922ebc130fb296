/* SPDX-License-Identifier: Apache-2.0 */
/* What an officer decides of deviations in the console, item `baseline-accept`: {"keys":["new_pair:…"],"accepted":true,
 * "by":"…","reason":"…"}. Accepted, it is normal from now on; rejected, it is told again whenever it recurs. */
#include <math.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sensor/plant/baseline.h"

enum { KEYS_AT_MOST = 256 };

struct decision {
    bool accepted;
    const char *by, *reason;
    unsigned count;
    uint64_t keys[KEYS_AT_MOST]; /* hashes; 0: done */
};

/* What was seen below it belongs to it; what comes is learned, where a file is judged by as well. Children stand behind
 * their parents in the tree. */
static void accept_new(struct baseline_keeper *k, struct node *n)
{
    n->settled = false;
    n->new_ns = k->now_ns ? k->now_ns : n->last_ns;
    n->granted = true;
    for (struct node *c = n + 1; c < k->nodes + k->count; c++)
        if (c->state == BASELINE_LEARNED && k->nodes[c->parent].granted) c->granted = true;
}

static void accept_value(struct node *n)
{
    if (!n->odd_valued) return;
    n->low = fmin(n->low, n->odd_low);
    n->high = fmax(n->high, n->odd_high);
}

static void accept_period(struct node *n)
{
    if (n->recent_ns > 0) n->gap_ns = n->recent_ns;
    if (n->gap_max_ns < (uint64_t)n->gap_ns) n->gap_max_ns = (uint64_t)n->gap_ns;
    n->odd = 0;
}

static void accept_silence(struct node *n)
{
    n->regular = n->silent = false;
    n->gaps = 0;
}

static void accept(struct baseline_keeper *k, struct node *n, enum deviation what)
{
    switch (what) {
    case DEVIATION_VALUE:
        accept_value(n);
        break;
    case DEVIATION_PERIOD:
        accept_period(n);
        break;
    case DEVIATION_SILENCE:
        accept_silence(n);
        break;
    case DEVIATION_HOURS:
        n->hours |= n->odd_hours;
        break;
    default:
        accept_new(k, n);
    }
    n->state = BASELINE_ACCEPTED;
    n->granted = true;
    n->odd_valued = false;
    n->odd_hours = 0;
    n->told_ns[what] = 0; /* should it deviate further it is told at once */
}

static bool is_new(enum deviation what) { return what <= DEVIATION_OBJECT; }

static void decide(struct baseline_keeper *k, struct node *n, enum deviation what, const struct decision *d)
{
    if (d->accepted)
        accept(k, n, what);
    else if (is_new(what))
        n->state = BASELINE_REJECTED;
    k->accepted += d->accepted;
    k->rejected += !d->accepted;
    baseline_tell_answer(k, n, what, d->accepted, d->by, d->reason);
}

static bool take_key(struct decision *d, uint64_t hash)
{
    for (unsigned i = 0; i < d->count; i++) {
        if (d->keys[i] != hash) continue;
        d->keys[i] = 0;
        return true;
    }
    return false;
}

static uint64_t hash_of(const char *key) { return XXH3_64bits(key, strlen(key)) | 1; }

static bool read_decision(const json_t *item, struct decision *d)
{
    size_t i;
    const json_t *accepted = json_object_get(item, "accepted"), *keys = json_object_get(item, "keys"), *key;
    const char *by = json_string_value(json_object_get(item, "by"));
    const char *reason = json_string_value(json_object_get(item, "reason"));
    *d = (struct decision){.accepted = !json_is_false(accepted), .by = by ? by : "", .reason = reason ? reason : ""};
    if (!json_array_size(keys) || json_array_size(keys) > KEYS_AT_MOST) return false;
    json_array_foreach(keys, i, key)
    {
        if (!json_is_string(key)) return false;
        d->keys[d->count++] = hash_of(json_string_value(key));
    }
    return true;
}

/* Only what was told can be decided: a tree of 262,144 nodes is walked once, and the keys of those few are made. */
void baseline_instruct(void *self, const char *kind, const json_t *item)
{
    struct baseline_keeper *k = self;
    struct decision d;
    char key[BASELINE_KEY];
    if (strcmp(kind, "baseline-accept") != 0) return;
    k->now_ns = k->keeping->now_ns;
    if (!read_decision(item, &d)) {
        k->unknown_keys++;
        return;
    }
    for (uint32_t i = 1; i < k->count; i++) {
        for (unsigned what = 0; what < DEVIATION_COUNT; what++) {
            struct node *n = &k->nodes[i];
            bool open = n->told_ns[what] || (is_new(what) && what + NODE_DEVICE == n->kind &&
                                             (n->state == BASELINE_DEVIATION || n->state == BASELINE_REJECTED));
            if (!open) continue;
            baseline_key(k, n, what, key);
            if (take_key(&d, hash_of(key))) decide(k, n, what, &d);
        }
    }
    for (unsigned i = 0; i < d.count; i++) k->unknown_keys += d.keys[i] != 0;
    k->keeping->changed = true;
}
