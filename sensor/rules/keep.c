/* SPDX-License-Identifier: Apache-2.0 */
/* What is in force outlives the process: a directory with `state` (JSON), DIGEST.bundle files and `revocations`. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"

#include "common/text.h"
#include "sensor/rules/private.h"

enum { STATE_MOST = 64 << 20, REVOCATIONS_MOST = 4 << 20 };

bool keep_path(const struct rules *r, const char *name, const char *suffix, char out[PATH_MAX])
{
    int n = r->directory[0] ? snprintf(out, PATH_MAX, "%s/%s%s", r->directory, name, suffix) : 0;
    return n > 0 && n < PATH_MAX;
}

/* ---- bundles on the disk ----------------------------------------- */

static bool in_force(const struct rules *r, const char *digest)
{
    for (unsigned i = 0; i < r->holding.count; i++)
        if (strcmp(r->holding.rows[i].digest, digest) == 0) return true;
    return false;
}

static void forget_row(struct rules *r, unsigned row)
{
    char path[PATH_MAX];
    if (keep_path(r, r->kept[row][1], ".bundle", path)) unlink(path);
    memmove(r->kept[row], r->kept[row + 1], (--r->kept_count - row) * sizeof r->kept[0]);
}

void keep_bundle(struct rules *r, const char *name, const char *digest)
{
    unsigned same = 0;
    for (unsigned i = 0; i < r->kept_count; i++)
        if (strcmp(r->kept[i][1], digest) == 0) return;
    if (r->kept_count == BUNDLES_AT_MOST * KEPT_AT_MOST) forget_row(r, 0);
    char(*row)[BUNDLE_DIGEST + 1] = r->kept[r->kept_count++];
    (void)text_put(row[0], sizeof row[0], name);
    (void)text_put(row[1], sizeof row[1], digest);
    for (unsigned i = r->kept_count; i-- > 0;)
        if (strcmp(r->kept[i][0], name) == 0 && ++same > KEPT_AT_MOST && !in_force(r, r->kept[i][1])) forget_row(r, i);
}

/* ---- writing ----------------------------------------------------- */

static json_t *bundles_json(const struct rules *r)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < r->holding.count; i++) {
        const struct held *h = &r->holding.rows[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:I, s:i, s:I, s:b}", "name", h->name, "digest", h->digest,
                                        "item", h->item, "version", (json_int_t)h->version, "precedence",
                                        (int)h->precedence, "rank", (json_int_t)h->rank, "own", h->own));
    }
    return list;
}

static json_t *suppressions_json(const struct suppressions *all)
{
    json_t *list = json_array();
    for (unsigned i = 0; all && i < all->count; i++) {
        const struct suppression *s = &all->rows[i];
        if (s->from_file) continue;
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "id", s->id, "rule", s->rule, "source",
                                              s->source, "target", s->target, "until_ns", (json_int_t)s->until_ns,
                                              "alerts", (json_int_t)s->alerts));
    }
    return list;
}

bool keep_save(const struct rules *r)
{
    char path[PATH_MAX];
    json_t *lists = json_array(), *kept = json_array();
    if (!keep_path(r, "state", "", path)) {
        json_decref(lists);
        json_decref(kept);
        return !r->directory[0];
    }
    for (unsigned i = 0; i < r->list_count; i++)
        json_array_append_new(lists,
                              json_pack("{s:s, s:s, s:I, s:O}", "id", r->lists[i].id, "name", r->lists[i].name,
                                        "until_ns", (json_int_t)r->lists[i].until_ns, "items", r->lists[i].items));
    for (unsigned i = 0; i < r->kept_count; i++)
        json_array_append_new(kept, json_pack("[s, s]", r->kept[i][0], r->kept[i][1]));
    json_t *state = json_pack("{s:i, s:o, s:o, s:o, s:o}", "layout", 1, "bundles", bundles_json(r), "kept", kept,
                              "lists", lists, "suppressions", suppressions_json(r->now.suppressions));
    char *text = json_dumps(state, JSON_COMPACT);
    bool good = text && file_write(path, 0600, text, strlen(text), NULL);
    if (!good) fprintf(stderr, "wanglou-sensor: signatures: %s: cannot be written: %s\n", path, strerror(errno));
    free(text);
    json_decref(state);
    return good;
}

/* ---- reading ----------------------------------------------------- */

static bool text_of(const json_t *object, const char *key, char *out, size_t room)
{
    const char *text = item_text(object, key, room - 1);
    return text && text_put(out, room, text);
}

static void load_bundle(struct rules *r, const json_t *row)
{
    struct unfit u = {.why = BUNDLE_NONE};
    struct held *h = &u.held;
    char path[PATH_MAX];
    h->version = (uint64_t)json_integer_value(json_object_get(row, "version"));
    h->precedence = (unsigned)json_integer_value(json_object_get(row, "precedence"));
    h->rank = json_integer_value(json_object_get(row, "rank"));
    h->own = json_is_true(json_object_get(row, "own"));
    text_of(row, "item", h->item, sizeof h->item);
    if (!text_of(row, "name", h->name, sizeof h->name) || !text_of(row, "digest", h->digest, sizeof h->digest) ||
        h->precedence >= PRECEDENCE_COUNT)
        return;
    /* The operator's own is read from its own place; here it only says which version it was. */
    if (!h->own && keep_path(r, h->digest, ".bundle", path)) h->bundle = bundle_load(path, r->trust, &u.why, &u.fault);
    if (h->own || h->bundle)
        holding_put(&r->holding, h);
    else if (r->unfit_count < BUNDLES_AT_MOST)
        r->unfit[r->unfit_count++] = u;
}

static void load_list(struct rules *r, const json_t *row)
{
    struct indicators *list = &r->lists[r->list_count];
    if (r->list_count == LISTS_AT_MOST || !text_of(row, "id", list->id, sizeof list->id)) return;
    text_of(row, "name", list->name, sizeof list->name);
    list->until_ns = (uint64_t)json_integer_value(json_object_get(row, "until_ns"));
    list->items = json_incref(json_object_get(row, "items"));
    r->list_count++;
}

static void load_suppression(struct rules *r, const json_t *row)
{
    struct suppression s = {.from_file = false};
    if (!text_of(row, "id", s.id, sizeof s.id)) return;
    text_of(row, "rule", s.rule, sizeof s.rule);
    text_of(row, "source", s.source, sizeof s.source);
    text_of(row, "target", s.target, sizeof s.target);
    s.until_ns = (uint64_t)json_integer_value(json_object_get(row, "until_ns"));
    if (!suppressions_put(r->now.suppressions, &s)) return;
    r->now.suppressions->rows[r->now.suppressions->count - 1].alerts =
        (uint64_t)json_integer_value(json_object_get(row, "alerts"));
}

static void load_kept(struct rules *r, const json_t *row)
{
    const char *name = json_string_value(json_array_get(row, 0)), *digest = json_string_value(json_array_get(row, 1));
    if (name && digest && strlen(name) <= BUNDLE_NAME && strlen(digest) == BUNDLE_DIGEST) keep_bundle(r, name, digest);
}

static void load_revocations(struct rules *r)
{
    char path[PATH_MAX];
    size_t length;
    enum bundle_refusal why = BUNDLE_NONE;
    struct fault fault = {""};
    char *list =
        keep_path(r, "revocations", "", path) ? file_read(path, REVOCATIONS_MOST, &length, O_NOFOLLOW, NULL) : NULL;
    if (list && !trust_revoke(r->trust, list, length, &why, &fault))
        fprintf(stderr, "wanglou-sensor: signatures: %s: %s\n", path, fault.text);
    free(list);
}

bool keep_load(struct rules *r, struct fault *fault)
{
    static const struct {
        const char *key;
        void (*load)(struct rules *r, const json_t *row);
    } parts[] = {
        {"kept", load_kept}, {"bundles", load_bundle}, {"lists", load_list}, {"suppressions", load_suppression}};
    char path[PATH_MAX];
    size_t length;
    json_error_t error;
    if (!r->directory[0]) return true;
    if (!r->options->check_config && mkdir(r->directory, 0700) && errno != EEXIST)
        return fault_set(fault, "%s: cannot be made: %s", r->directory, strerror(errno));
    load_revocations(r);
    char *text = keep_path(r, "state", "", path) ? file_read(path, STATE_MOST, &length, O_NOFOLLOW, NULL) : NULL;
    json_t *state = text ? json_loadb(text, length, 0, &error) : NULL;
    if (text && !state) fprintf(stderr, "wanglou-sensor: signatures: %s: damaged, passed over\n", path);
    for (size_t p = 0; state && p < sizeof parts / sizeof *parts; p++)
        for (size_t i = 0; i < json_array_size(json_object_get(state, parts[p].key)); i++)
            parts[p].load(r, json_array_get(json_object_get(state, parts[p].key), i));
    free(text);
    json_decref(state);
    return true;
}
