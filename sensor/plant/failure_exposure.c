/* SPDX-License-Identifier: Apache-2.0 */
/* Exposure: how long each asset was observed, with the sensor's blind time taken out (docs/failures.md). */
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sensor/plant/failures.h"

static bool same(const struct party *a, const struct party *b)
{
    if (a->address.family != b->address.family) return false;
    if (!a->address.family) return memcmp(a->mac, b->mac, 6) == 0;
    return memcmp(a->address.bytes, b->address.bytes, a->address.family == 4 ? 4 : 16) == 0;
}

/* Its slot, or the free one where it belongs. */
static uint32_t *slot_of(struct failure_keeper *k, const struct party *p)
{
    uint64_t i =
        p->address.family ? XXH3_64bits(p->address.bytes, p->address.family == 4 ? 4 : 16) : XXH3_64bits(p->mac, 6);
    for (;; i++) {
        uint32_t *slot = &k->slots[i % FAILURE_SLOTS];
        if (!*slot || same(&k->assets[*slot - 1].party, p)) return slot;
    }
}

struct failing *failing_find(struct failure_keeper *k, const struct party *p)
{
    uint32_t at = *slot_of(k, p);
    return at && k->assets[at - 1].first_ns ? &k->assets[at - 1] : NULL;
}

struct failing *failing_of(struct failure_keeper *k, const struct party *p)
{
    uint32_t *slot = slot_of(k, p);
    if (*slot) return &k->assets[*slot - 1];
    if (k->asset_count == FAILURE_ASSETS) {
        k->assets_refused++;
        return NULL;
    }
    struct failing *f = &k->assets[k->asset_count++];
    *slot = k->asset_count;
    f->party = *p;
    f->first_record = NO_RECORD;
    return f;
}

const char *failing_name(const struct failing *f, char out[64])
{
    static const uint8_t none[6];
    if (f->party.address.family) return address_text(&f->party.address, out);
    if (memcmp(f->party.mac, none, 6) == 0) return "network";
    return mac_text(f->party.mac, out);
}

double failing_hours(const struct failing *f) { return (double)f->observed_ns / 3.6e12; }

/* Blind time so far up to the interval's end, each moment once, however many workers lost packets in it. */
void failures_blind(struct failure_keeper *k, uint64_t from, uint64_t until)
{
    if (from < k->blind_until_ns) from = k->blind_until_ns;
    if (until <= from) return;
    k->blind_ns += until - from;
    k->blind_until_ns = until;
}

/* The time since it was last heard, less what the sensor was blind in between. A long silence is observed only while
 * a failure explains it: a device that nobody polls is neither well nor ill. */
void failing_account(struct failure_keeper *k, struct failing *f, uint64_t now)
{
    if (!f->first_ns || now <= f->last_ns) return;
    uint64_t gap = now - f->last_ns, blind = k->blind_ns - f->blind_mark_ns;
    if (blind > gap) blind = gap;
    if (f->open || gap - blind <= SILENT_AFTER) {
        f->observed_ns += gap - blind;
        k->exposure_due |= f->observed_ns - f->told_at_ns >= TELL_EXPOSURE;
        f->blind_ns += blind;
    } else {
        f->blind_ns += gap;
    }
    f->last_ns = now;
    f->blind_mark_ns = k->blind_ns;
}

void failing_heard(struct failure_keeper *k, struct failing *f, uint64_t now)
{
    if (f->first_ns) {
        failing_account(k, f, now);
        return;
    }
    f->first_ns = f->last_ns = now;
    f->blind_mark_ns = k->blind_ns;
}
