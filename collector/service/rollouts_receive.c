/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-outs that came from the parent: out of the inbox into control.db, chunk by chunk, and the answer that they are
 * here. Only what the parent itself signed is looked at. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service/own_event.h"
#include "collector/service/rollouts.h"
#include "collector/store/internal.h"
#include "collector/store/items.h"

enum { ITEMS_A_TICK = 200, CHUNKS_MOST = 256, ANSWERS_A_TICK = 32 };

static unsigned find_word(const char *const *words, unsigned count, const char *word)
{
    unsigned i = 0;
    while (i < count && words[i] && strcmp(words[i], word) != 0) i++;
    return i < count && words[i] ? i : count;
}

/* What the target means one level below: "xiashan/plant-a" is "plant-a" for xiashan; "xiashan" is all of it. */
static void descend(char *target, size_t room, const char *above, const char *own)
{
    size_t n = strlen(own), used = 0;
    char list[sizeof((struct rollout *)NULL)->target];
    target[0] = 0;
    if (!*above) return;
    snprintf(list, sizeof list, "%s", above);
    for (char *rest = list, *name; (name = strsep(&rest, ","));) {
        if (strcmp(name, own) == 0) {
            target[0] = 0;
            return;
        }
        if (strncmp(name, own, n) == 0 && name[n] == '/' && used < room)
            used += (size_t)snprintf(target + used, room - used, "%s%s", used ? "," : "", name + n + 1);
    }
}

static bool is_hex(const char *text, size_t length)
{
    return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}

/* Fills the roll-out from an item; NULL, or what is wrong with it. */
static const char *read_item(struct rollout *r, const struct hierarchy *h, enum rollout_kind kind, const char *issuer,
                             const json_t *item)
{
    const char *id = hierarchy_text(item, "id"), *digest = hierarchy_text(item, "digest"),
               *until = hierarchy_text(item, "until"), *name = hierarchy_text(item, "name");
    json_int_t revision = json_integer_value(json_object_get(item, "revision")),
               urgent = json_integer_value(json_object_get(item, "urgent")),
               percent = json_integer_value(json_object_get(item, "percent")),
               size = json_integer_value(json_object_get(item, "size"));
    unsigned state = find_word(rollout_state_name, ROLLOUT_STATE_COUNT, hierarchy_text(item, "state"));
    unsigned precedence = find_word(rollout_precedence, 3, hierarchy_text(item, "precedence"));
    *r = (struct rollout){.kind = kind, .about = json_incref(json_object_get(item, "about"))};
    if (!ulid_valid(id, strlen(id)) || !is_hex(digest, ROLLOUT_DIGEST) || strlen(name) > ROLLOUT_NAME_MAX)
        return "its id, name or digest is none";
    if (revision < 1 || revision > INT32_MAX || urgent < 1 || urgent > revision || percent < 0 || percent > 100 ||
        size < 0 || size > ROLLOUT_CONTENT_MAX || state == ROLLOUT_STATE_COUNT || precedence == 3 ||
        !json_is_object(r->about))
        return "a member is missing or out of range";
    snprintf(r->id, sizeof r->id, "%s", id);
    snprintf(r->name, sizeof r->name, "%s", name);
    snprintf(r->digest, sizeof r->digest, "%s", digest);
    snprintf(r->origin, sizeof r->origin, "%s", hierarchy_text(item, "origin"));
    snprintf(r->issuer, sizeof r->issuer, "%s", issuer);
    descend(r->target, sizeof r->target, hierarchy_text(item, "target"), h->keys.name);
    r->state = (enum rollout_state)state;
    r->precedence = precedence;
    r->revision = (unsigned)revision, r->urgent = (unsigned)urgent, r->percent = (unsigned)percent;
    r->size = (uint64_t)size;
    r->version = (uint64_t)json_integer_value(json_object_get(item, "version"));
    r->rollback = json_is_true(json_object_get(item, "rollback"));
    r->until_us = *until ? store_time_us(until, strlen(until)) : 0;
    if (r->until_us < 0) r->until_us = 0;
    r->created_us = r->changed_us = store_now_us();
    return NULL;
}

/* ---- content ---- */

static bool keep_chunk(sqlite3 *db, const struct rollout *r, const json_t *item, struct fault *fault)
{
    const char *data = hierarchy_text(item, "data");
    json_int_t chunk = json_integer_value(json_object_get(item, "chunk"));
    size_t room = strlen(data), length = 0;
    uint8_t *bytes = malloc(room + 1);
    if (!bytes) abort();
    bool good = chunk >= 1 && chunk <= CHUNKS_MOST &&
                !sodium_base642bin(bytes, room + 1, data, room, NULL, &length, NULL, sodium_base64_VARIANT_ORIGINAL);
    good = good && database_run(db, fault, "INSERT OR REPLACE INTO rollout_part VALUES(?,?,?)", "sib", r->digest,
                                (int64_t)chunk, (const void *)bytes, length);
    free(bytes);
    return good;
}

/* The content when all chunks are here and it is what its digest says; NULL: not yet. `*wrong`: it is another one. */
static uint8_t *put_together(sqlite3 *db, const struct rollout *r, int64_t chunks, bool *wrong, struct fault *fault)
{
    char digest[ROLLOUT_DIGEST + 1];
    size_t at = 0;
    if (database_number(db, 0, "SELECT count(*) FROM rollout_part WHERE digest=? AND part<=?", "si", r->digest,
                        chunks) != chunks)
        return NULL;
    uint8_t *out = malloc(r->size + 1);
    if (!out) abort();
    sqlite3_stmt *select = database_prepare(db, "SELECT data FROM rollout_part WHERE digest=? ORDER BY part", fault);
    if (select) database_bind(select, "s", r->digest);
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        size_t n = (size_t)sqlite3_column_bytes(select, 0);
        *wrong |= n > r->size - at;
        if (*wrong) break;
        if (n) memcpy(out + at, sqlite3_column_blob(select, 0), n);
        at += n;
    }
    sqlite3_finalize(select);
    *wrong |= at != r->size || strcmp(digest_text(out, at, digest), r->digest) != 0;
    if (!*wrong) return out;
    free(out);
    return NULL;
}

static bool complete(sqlite3 *db, struct rollout *r, const json_t *item, const char **flaw, struct fault *fault)
{
    bool wrong = false;
    json_int_t chunks = json_integer_value(json_object_get(item, "chunks"));
    if (!json_object_get(item, "data")) return true;
    if (!keep_chunk(db, r, item, fault)) {
        if (!fault->text[0]) *flaw = "a chunk of it cannot be read";
        return !fault->text[0];
    }
    if (chunks < 1 || chunks > CHUNKS_MOST) *flaw = "it has too many chunks";
    if (*flaw) return true;
    uint8_t *content = put_together(db, r, chunks, &wrong, fault);
    if (wrong) *flaw = "its content is not what its digest says";
    bool good = !fault->text[0] && (!content || rollout_put(db, r, content, r->size, fault));
    if (content || wrong)
        good = good && database_run(db, fault, "DELETE FROM rollout_part WHERE digest=?", "s", r->digest);
    free(content);
    return good;
}

/* ---- one item ---- */

static bool accept(sqlite3 *db, struct rollout *r, const json_t *item, const char **flaw, struct fault *fault)
{
    struct rollout known = {0};
    bool there = rollout_find(db, r->id, &known, fault), good = !fault->text[0];
    bool stale = there && r->revision < known.revision, news = !there || r->revision > known.revision;
    if (there && !*known.issuer) *flaw = "it is one of our own";
    if (there && strcmp(known.digest, r->digest) != 0) *flaw = "the same id with another content";
    if (there) r->created_us = known.created_us;
    rollout_free(&known);
    if (!good || stale || *flaw) return good;
    good = rollout_put(db, r, NULL, 0, fault) && complete(db, r, item, flaw, fault) &&
           (!news || rollout_note(db, r, rollout_state_name[r->state], r->issuer, "", fault));
    return good && rollout_supersede(db, r, fault);
}

static bool receive(void *context, const struct inbox_item *came, struct fault *fault)
{
    struct hierarchy *h = context;
    struct rollout r = {0};
    int kind = rollout_kind_find(came->kind);
    if (kind < 0) return true;
    json_t *item = json_loadb(came->json, came->length, JSON_REJECT_DUPLICATES, NULL);
    const char *flaw = came->verified ? read_item(&r, h, (enum rollout_kind)kind, came->issuer, item)
                                      : "its signature is not the parent's";
    bool good = true;
    if (!flaw) {
        sqlite3 *db = control_lock(h->options.control);
        good = control_begin(db, fault);
        good = good && control_end(db, accept(db, &r, item, &flaw, fault), fault);
        control_unlock(h->options.control);
        h->rollouts_due = true;
    }
    if (flaw) hierarchy_record(h, "rollout.refused", *r.id ? r.id : came->id, flaw);
    rollout_free(&r);
    json_decref(item);
    return good;
}

static bool read_inbox(struct hierarchy *h, struct fault *fault)
{
    int64_t position = database_number(control_lock(h->options.control), 0, "SELECT position FROM rollout_inbox", "");
    control_unlock(h->options.control);
    int64_t before = position;
    bool good = inbox_after(h->reader, &position, ITEMS_A_TICK, receive, h, fault);
    if (position != before) {
        good = database_run(control_lock(h->options.control), fault, "UPDATE rollout_inbox SET position=?", "i",
                            position) &&
               good;
        control_unlock(h->options.control);
    }
    return good;
}

/* ---- the parent is told ---- */

struct told {
    int64_t number;
    unsigned revision;
    char *object;
};

static unsigned find_untold(struct hierarchy *h, struct told *list, struct fault *fault)
{
    unsigned count = 0;
    sqlite3_stmt *select = database_prepare(control_lock(h->options.control),
                                            "SELECT rollout, id, kind, name, version, digest, revision, state FROM"
                                            " rollout WHERE issuer<>'' AND content IS NOT NULL AND answered<revision"
                                            " ORDER BY rollout LIMIT ?",
                                            fault);
    if (select) database_bind(select, "i", (int64_t)ANSWERS_A_TICK);
    while (select && count < ANSWERS_A_TICK && sqlite3_step(select) == SQLITE_ROW) {
        struct told *t = &list[count++];
        json_t *answer = json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:i}", "key", database_text(select, 1), "kind",
                                   rollout_kinds[sqlite3_column_int(select, 2)].name, "state",
                                   sqlite3_column_int(select, 7) == ROLLOUT_WITHDRAWN ? "withdrawn" : "taken", "name",
                                   database_text(select, 3), "version", (json_int_t)sqlite3_column_int64(select, 4),
                                   "digest", database_text(select, 5), "revision", sqlite3_column_int(select, 6));
        t->number = sqlite3_column_int64(select, 0);
        t->revision = (unsigned)sqlite3_column_int(select, 6);
        t->object = json_dumps(answer, JSON_COMPACT);
        json_decref(answer);
        if (!t->object) abort();
    }
    sqlite3_finalize(select);
    control_unlock(h->options.control);
    return count;
}

static bool answer(struct hierarchy *h, struct fault *fault)
{
    struct told list[ANSWERS_A_TICK];
    bool good = true;
    for (unsigned i = 0, count = find_untold(h, list, fault); i < count; i++) {
        good = good &&
               own_event(h->options.store, OWN_HIERARCHY, EVENT_ANSWER, list[i].object, strlen(list[i].object), fault);
        if (good) {
            good =
                database_run(control_lock(h->options.control), fault, "UPDATE rollout SET answered=? WHERE rollout=?",
                             "ii", (int64_t)list[i].revision, list[i].number);
            control_unlock(h->options.control);
        }
        free(list[i].object);
    }
    return good;
}

bool rollouts_receive(struct hierarchy *h, struct fault *fault) { return read_inbox(h, fault) && answer(h, fault); }
