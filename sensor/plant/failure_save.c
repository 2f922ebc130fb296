/* SPDX-License-Identifier: Apache-2.0 */
/* The failure database as a snapshot. Modes go by the marks of their ids, so that a catalogue that grew keeps what was
 * observed; records of a mode that is gone are dropped, what they counted stays. */
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sensor/plant/failures.h"

enum { MODE_GONE = UINT16_MAX - 1 };

uint64_t failure_mode_mark(const char *id) { return XXH3_64bits(id, strlen(id)); }

/* Until when it has been watched: the end, when it is told already. */
static uint64_t time_of(const struct failure_keeper *k)
{
    return k->saved_ns || k->now_ns > k->keeping->now_ns ? k->now_ns : k->keeping->now_ns;
}

void failures_save(void *self, struct snapshot *s)
{
    struct failure_keeper *k = self;
    snapshot_put_uint(s, k->mode_count);
    for (unsigned i = 0; i < k->mode_count; i++) snapshot_put_uint(s, failure_mode_mark(k->modes[i].id));
    snapshot_put_uint(s, time_of(k));
    snapshot_put_uint(s, k->blind_ns);
    snapshot_put_uint(s, k->blind_until_ns);
    snapshot_put_uint(s, k->ordinal);
    snapshot_put_uint(s, k->network_record);
    snapshot_put_uint(s, k->free_record);
    snapshot_put_uint(s, k->asset_count);
    snapshot_put_uint(s, k->record_count);
    snapshot_put(s, k->assets, k->asset_count * sizeof *k->assets);
    snapshot_put(s, k->records, k->record_count * sizeof *k->records);
}

static void forget(struct failure_keeper *k)
{
    static const struct party network;
    memset(k->slots, 0, sizeof k->slots);
    memset(k->assets, 0, FAILURE_ASSETS * sizeof *k->assets);
    memset(k->records, 0, FAILURE_RECORDS * sizeof *k->records);
    k->asset_count = k->record_count = 0;
    k->free_record = k->network_record = NO_RECORD;
    k->blind_ns = k->blind_until_ns = k->saved_ns = 0;
    failing_of(k, &network);
}

static bool is_of_mode(const struct record *r) { return r->state != RECORD_FREE && r->asset != NETWORK; }

/* Links are numbers: each must lie within what was read. */
static bool links_valid(const struct failure_keeper *k, uint64_t assets, uint64_t records, uint64_t modes)
{
    for (uint64_t i = 0; i < records; i++) {
        const struct record *r = &k->records[i];
        if ((r->next != NO_RECORD && r->next >= records) || (r->parent != NO_RECORD && r->parent >= records) ||
            r->asset >= assets || (is_of_mode(r) && r->mode >= modes) || r->state > RECORD_CLOSED)
            return false;
    }
    for (uint64_t i = 0; i < assets; i++)
        if (k->assets[i].first_record != NO_RECORD && k->assets[i].first_record >= records) return false;
    return (k->network_record == NO_RECORD || k->network_record < records) &&
           (k->free_record == NO_RECORD || k->free_record < records);
}

/* Where each mode of the snapshot stands in the catalogue of today. */
static bool read_modes(const struct failure_keeper *k, struct snapshot *s, uint16_t modes[FAILURE_MODES_AT_MOST],
                       uint64_t *count)
{
    *count = snapshot_get_uint(s);
    if (*count > FAILURE_MODES_AT_MOST) return false;
    for (uint64_t i = 0; i < *count; i++) {
        uint64_t mark = snapshot_get_uint(s);
        modes[i] = MODE_GONE;
        for (unsigned m = 0; m < k->mode_count; m++)
            if (failure_mode_mark(k->modes[m].id) == mark) modes[i] = (uint16_t)m;
    }
    return true;
}

static bool read_tables(struct failure_keeper *k, struct snapshot *s, uint64_t modes, uint64_t *assets)
{
    k->saved_ns = snapshot_get_uint(s);
    k->blind_ns = snapshot_get_uint(s);
    k->blind_until_ns = snapshot_get_uint(s);
    k->ordinal = snapshot_get_uint(s);
    k->network_record = (uint32_t)snapshot_get_uint(s);
    k->free_record = (uint32_t)snapshot_get_uint(s);
    *assets = snapshot_get_uint(s);
    uint64_t records = snapshot_get_uint(s);
    if (!*assets || *assets > FAILURE_ASSETS || records > FAILURE_RECORDS) return false;
    snapshot_get(s, k->assets, *assets * sizeof *k->assets);
    snapshot_get(s, k->records, records * sizeof *k->records);
    k->record_count = (uint32_t)records;
    return !s->bad && snapshot_ended(s) && links_valid(k, *assets, records, modes);
}

static void renumber(struct failure_keeper *k, const uint16_t modes[FAILURE_MODES_AT_MOST])
{
    for (uint32_t i = 0; i < k->record_count; i++) {
        struct record *r = &k->records[i];
        if (!is_of_mode(r)) continue;
        r->mode = modes[r->mode];
        if (r->mode != MODE_GONE) continue;
        if (r->state == RECORD_OPEN && k->assets[r->asset].open) k->assets[r->asset].open--;
        failure_drop(k, r);
    }
}

bool failures_restore(void *self, struct snapshot *s)
{
    struct failure_keeper *k = self;
    uint16_t modes[FAILURE_MODES_AT_MOST];
    uint64_t mode_count, assets;
    if (!read_modes(k, s, modes, &mode_count) || !read_tables(k, s, mode_count, &assets)) {
        forget(k);
        return false;
    }
    memset(k->slots, 0, sizeof k->slots);
    k->asset_count = 0;
    k->exposure_due = true;
    for (uint64_t i = 0; i < assets; i++) {
        struct failing saved = k->assets[i];
        struct failing *f = failing_of(k, &saved.party);
        if (f != &k->assets[i]) return forget(k), false;
        *f = saved;
    }
    renumber(k, modes);
    return true;
}
