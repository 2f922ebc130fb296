/* SPDX-License-Identifier: Apache-2.0 */
/* Acts on what the collector sent: bundles, revocations, suppressions, indicators (docs/link-protocol.md, "Downward
 * items"). */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "common/time_text.h"
#include "sensor/plant/plant.h"
#include "sensor/rules/private.h"

const char *item_text(const json_t *item, const char *key, size_t most)
{
    const char *text = json_string_value(json_object_get(item, key));
    return text && strlen(text) <= most ? text : NULL;
}

/* ---- revocations ------------------------------------------------- */

void items_drop_revoked(struct rules *r)
{
    struct holding candidate = {.count = 0};
    struct fault fault = {""};
    for (unsigned i = 0; i < r->holding.count; i++) {
        const struct held *h = &r->holding.rows[i];
        enum bundle_refusal why = BUNDLE_NONE;
        struct fault gone = {""};
        const struct bundle_manifest *m = h->bundle ? bundle_manifest(h->bundle) : NULL;
        bool revoked = m && trust_revoked(r->trust, m->key_id, m->name, m->version, &why, &gone);
        if (!revoked || h->own) candidate.rows[candidate.count++] = *h;
        if (!revoked) continue;
        struct told t = {.kind = "bundle",
                         .key = h->name,
                         .state = h->own ? "refused" : "withdrawn",
                         .why = why,
                         .name = h->name,
                         .version = h->version,
                         .digest = h->digest,
                         .detail = gone.text};
        rules_tell(r, &t);
    }
    if (candidate.count != r->holding.count && !rules_bring(r, &candidate, &fault))
        fprintf(stderr, "wanglou-sensor: signatures: %s\n", fault.text);
}

static void act_revocations(struct rules *r, const json_t *item)
{
    const char *data = item_text(item, "data", LINK_ITEM_MAX);
    struct told t = {.kind = "revocations", .state = "in_force", .item = item_text(item, "id", ULID_LENGTH)};
    struct fault fault = {""};
    char path[PATH_MAX];
    size_t n = 0, room = data ? strlen(data) : 0;
    uint8_t *bytes = malloc(room + 1);
    t.why = BUNDLE_MALFORMED;
    bool good = bytes && data &&
                sodium_base642bin(bytes, room, data, room, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
                trust_revoke(r->trust, (char *)bytes, n, &t.why, &fault);
    if (good && keep_path(r, "revocations", "", path) && !file_write(path, 0600, bytes, n, NULL)) t.detail = "not kept";
    free(bytes);
    if (good) {
        t.version = trust_serial(r->trust);
        items_drop_revoked(r);
        keep_save(r);
    } else {
        t.state = "refused";
        t.detail = fault.text;
    }
    rules_tell(r, &t);
}

/* ---- suppressions ------------------------------------------------ */

static bool read_suppression(const json_t *item, struct suppression *s)
{
    const struct {
        const char *key;
        char *to;
        size_t room;
    } texts[] = {{"rule", s->rule, sizeof s->rule},
                 {"source", s->source, sizeof s->source},
                 {"target", s->target, sizeof s->target},
                 {"id", s->id, sizeof s->id}};
    const char *until = item_text(item, "until", 40);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const json_t *value = json_object_get(item, texts[i].key);
        const char *text = value ? item_text(item, texts[i].key, texts[i].room - 1) : "";
        if (!text || !text_put(texts[i].to, texts[i].room, text)) return false;
    }
    return s->id[0] && until && time_parse(until, &s->until_ns) && (s->rule[0] || s->source[0] || s->target[0]);
}

static void act_suppress(struct rules *r, const json_t *item)
{
    struct suppression s = {.from_file = false};
    struct fault fault = {""};
    struct told t = {.kind = "suppression", .state = "in_force", .key = s.id, .item = s.id, .counted = true};
    struct suppressions *list = suppressions_copy(r->now.suppressions);
    bool good = list && read_suppression(item, &s), withdrawn = json_is_true(json_object_get(item, "withdrawn"));
    unsigned row = 0;
    while (good && row < list->count && strcmp(list->rows[row].id, s.id) != 0) row++;
    if (good && row < list->count) t.alerts = list->rows[row].alerts;
    if (good && withdrawn && row < list->count) suppressions_drop(list, row);
    bool full = good && !withdrawn && !suppressions_put(list, &s);
    if (!good || full) {
        free(list);
        t.state = "refused";
        t.why = full ? BUNDLE_STORAGE : BUNDLE_MALFORMED;
    } else if (!rules_suppress(r, list, &fault)) {
        t.state = "refused";
        t.why = BUNDLE_STORAGE;
        t.detail = fault.text;
    } else {
        if (withdrawn) t.state = "withdrawn";
        keep_save(r);
    }
    rules_tell(r, &t);
}

/* ---- indicators -------------------------------------------------- */

static void act_indicators(struct rules *r, const json_t *item)
{
    struct fault fault = {""};
    struct holding same = r->holding;
    struct indicators before[LISTS_AT_MOST];
    unsigned before_count = r->list_count;
    const char *id = item_text(item, "id", SUPPRESSION_ID);
    struct told t = {.kind = "indicators", .key = id, .state = "in_force", .item = id};
    memcpy(before, r->lists, sizeof before);
    for (unsigned i = 0; i < before_count; i++) json_incref(before[i].items);
    t.name = item_text(item, "name", 63);
    bool taken = indicators_take(r, item, &fault);
    if (taken && rules_bring(r, &same, &fault)) {
        if (json_is_true(json_object_get(item, "withdrawn"))) t.state = "withdrawn";
        for (unsigned i = 0; i < before_count; i++) json_decref(before[i].items);
        keep_save(r);
    } else {
        indicators_close(r);
        memcpy(r->lists, before, sizeof before);
        r->list_count = before_count;
        t.state = "refused";
        t.why = taken ? BUNDLE_BAD_RULE : BUNDLE_MALFORMED;
        t.detail = fault.text;
    }
    rules_tell(r, &t);
}

/* ---- all kinds --------------------------------------------------- */

static const struct {
    const char *kind, *told;
    void (*act)(struct rules *r, const json_t *item);
    bool own; /* only what this node's own collector signed; the others carry a seal of their own */
} kinds[] = {
    {"signatures", "bundle", items_bundle, false},
    {"revocations", "revocations", act_revocations, false},
    {"suppress", "suppression", act_suppress, true},
    {"indicators", "indicators", act_indicators, true},
};

/* Items of other kinds are about the plant. False: it cannot take it now. */
static bool act_plant(struct rules *r, const struct received_item *item)
{
    struct plant *plant = atomic_load(&r->plant);
    return !item->verified || (plant && plant_instruct(plant, item->kind, item->json, item->length));
}

static bool act(struct rules *r, const struct received_item *item)
{
    size_t k = 0;
    while (k < sizeof kinds / sizeof *kinds && strcmp(kinds[k].kind, item->kind) != 0) k++;
    if (k == sizeof kinds / sizeof *kinds) return act_plant(r, item);
    json_t *json = json_loadb(item->json, item->length, JSON_REJECT_DUPLICATES, NULL);
    if (json && (item->verified || !kinds[k].own)) {
        kinds[k].act(r, json);
    } else {
        struct told t = {.kind = kinds[k].told,
                         .key = item->id,
                         .state = "refused",
                         .why = json ? BUNDLE_UNVERIFIED : BUNDLE_MALFORMED,
                         .item = item->id};
        rules_tell(r, &t);
    }
    json_decref(json);
    return true;
}

void items_act(struct rules *r)
{
    struct received_item item;
    while (r->received && !r->stopping && received_next(r->received, &item)) {
        if (!act(r, &item)) {
            free(item.json); /* its file stays: the next turn tries again */
            return;
        }
        received_done(&item);
    }
}
