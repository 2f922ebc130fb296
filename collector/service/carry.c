/* SPDX-License-Identifier: Apache-2.0 */
/* What goes into a file between levels and what comes of one: the streams and items of docs/link-protocol.md. */
#include "collector/service/carry.h"
#include "collector/service/carry_file.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service/hierarchy.h"
#include "collector/store/internal.h"
#include "collector/store/items.h"
#include "collector/store/outbox.h"

enum { LINES_A_BATCH = 1000 };

const struct schema main_schema_carry = {
    "carry",
    (const char *const[]){
        "CREATE TABLE carry_peer(peer TEXT PRIMARY KEY, made INTEGER NOT NULL DEFAULT 0, taken INTEGER NOT NULL "
        "DEFAULT 0)"
        " WITHOUT ROWID;"
        /* How far the last file went. */
        "CREATE TABLE carry_stream(stream INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, next INTEGER NOT NULL);"
        "CREATE TABLE carry_record(number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, peer TEXT NOT NULL,"
        " direction TEXT NOT NULL, made INTEGER NOT NULL, file INTEGER NOT NULL, events INTEGER NOT NULL,"
        " stored INTEGER NOT NULL, duplicates INTEGER NOT NULL, items INTEGER NOT NULL, gap INTEGER NOT NULL,"
        " note TEXT NOT NULL, actor TEXT NOT NULL);",
        NULL}};

static void refuse(struct carry_why *why, const char *zh, const char *en)
{
    snprintf(why->zh, sizeof why->zh, "%s", zh);
    snprintf(why->en, sizeof why->en, "%s", en);
}

/* From the number of a file to the record of it: two that are made at once get a number each. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

/* How far the events of a stream go with this file. */
struct carried {
    uint64_t epoch, next;
};

/* `carried`: of each stream, or NULL; they move with the record or not at all. */
static bool record(struct carry *c, const struct carry_record *r, const struct carried *carried, struct fault *fault)
{
    bool good = store_begin(c->store, fault);
    for (unsigned i = 0; good && carried && i < OUTBOX_STREAMS; i++)
        good = database_run(c->store->main, fault,
                            "INSERT INTO carry_stream VALUES(?1,?2,?3) ON CONFLICT DO UPDATE SET epoch=?2, next=?3",
                            "iii", (int64_t)i, (int64_t)carried[i].epoch, (int64_t)carried[i].next);
    good = good &&
           database_run(c->store->main, fault, "INSERT OR IGNORE INTO carry_peer(peer) VALUES(?)", "s", r->peer) &&
           (*r->note || database_run(c->store->main, fault,
                                     r->out ? "UPDATE carry_peer SET made=max(made,?2) WHERE peer=?1"
                                            : "UPDATE carry_peer SET taken=max(taken,?2) WHERE peer=?1",
                                     "si", r->peer, (int64_t)r->file)) &&
           database_run(
               c->store->main, fault,
               "INSERT INTO carry_record(time,peer,direction,made,file,events,stored,duplicates,items,gap,note,actor)"
               " VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
               "issiiiiiiiss", store_now_us(), r->peer, r->direction, (int64_t)r->out, (int64_t)r->file,
               (int64_t)r->events, (int64_t)r->stored, (int64_t)r->duplicates, (int64_t)r->items, (int64_t)r->gap,
               r->note, r->actor);
    return store_end(c->store, good, fault);
}

static uint64_t last_of(struct carry *c, const char *peer, const char *column)
{
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT %s FROM carry_peer WHERE peer=?", column);
    pthread_mutex_lock(&c->store->writing);
    int64_t number = database_number(c->store->main, 0, sql, "s", peer);
    pthread_mutex_unlock(&c->store->writing);
    return (uint64_t)number;
}

static json_t *head_of(const struct carry *c, const char *direction, const char *to, uint64_t number)
{
    return json_pack("{s:s,s:s,s:s,s:I,s:I}", "direction", direction, "from", c->keys->name, "to", to, "number",
                     (json_int_t)number, "made_us", (json_int_t)store_now_us());
}

static uint64_t number_in(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

/* ---- up: made at the lower end ---- */

static bool take_lines(struct carry *c, unsigned stream, uint64_t from, struct carry_body *body, uint64_t *first,
                       uint64_t *count, struct fault *fault)
{
    struct store_reader *reader = store_reader_open(c->store, fault);
    if (!reader) return false;
    size_t before = body->used;
    sqlite3_stmt *select = database_prepare(
        reader->main, "SELECT number, line FROM outbox WHERE stream=? AND number>=? ORDER BY number LIMIT ?", fault);
    if (select) database_bind(select, "iii", (int64_t)stream, (int64_t)from, (int64_t)CARRY_EVENTS);
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        uint64_t number = (uint64_t)sqlite3_column_int64(select, 0);
        if (!*count) *first = number;
        if (number != *first + *count || body->used - before > CARRY_MOST / 4) break; /* the next file's */
        carry_put(body, database_text(select, 1), (size_t)sqlite3_column_bytes(select, 1));
        carry_put(body, "\n", 1);
        ++*count;
    }
    sqlite3_finalize(select);
    store_reader_close(reader);
    return select;
}

static uint64_t carried_to(struct carry *c, unsigned stream, uint64_t epoch)
{
    pthread_mutex_lock(&c->store->writing);
    int64_t next = database_number(c->store->main, 0, "SELECT next FROM carry_stream WHERE stream=? AND epoch=?", "ii",
                                   (int64_t)stream, (int64_t)epoch);
    pthread_mutex_unlock(&c->store->writing);
    return (uint64_t)next;
}

static bool carry_stream(struct carry *c, unsigned stream, bool again, json_t *streams, struct carry_body *body,
                         uint64_t *events, struct carried *carried, struct fault *fault)
{
    struct outbox_position at;
    uint64_t first = 0, count = 0;
    outbox_look(parent_outbox(c->parent), stream, &at);
    uint64_t from = again ? at.first : carried_to(c, stream, at.epoch);
    if (from < at.first) from = at.first;
    if (!take_lines(c, stream, from, body, &first, &count, fault)) return false;
    if (!count) first = from;
    *events += count;
    json_array_append_new(streams, json_pack("{s:i,s:I,s:I,s:I,s:I,s:I}", "stream", (int)stream, "epoch",
                                             (json_int_t)at.epoch, "held", (json_int_t)at.first, "after",
                                             (json_int_t)from, "first", (json_int_t)first, "count", (json_int_t)count));
    *carried = (struct carried){at.epoch, first + count};
    return true;
}

uint8_t *carry_up(struct carry *c, bool again, const char *actor, size_t *length, struct carry_why *why,
                  struct fault *fault)
{
    struct carry_body body = {0};
    struct link_position items = {0};
    struct carried carried[OUTBOX_STREAMS];
    uint64_t events = 0;
    if (!c->parent || !parent_carried(c->parent)) {
        refuse(why, "本节点没有离线上级（须配置 parent.public_key 而不配置 parent.address）",
               "there is no parent that is reached by file (parent.public_key without parent.address)");
        return NULL;
    }
    const char *above = parent_name(c->parent);
    pthread_mutex_lock(&making);
    uint64_t number = last_of(c, above, "made") + 1;
    json_t *head = head_of(c, "up", above, number), *streams = json_array();
    bool good = inbox_position(c->store, above, &items, fault);
    for (unsigned i = 0; good && i < OUTBOX_STREAMS; i++)
        good = carry_stream(c, i, again, streams, &body, &events, &carried[i], fault);
    json_object_set_new(head, "streams", streams);
    json_object_set_new(
        head, "items",
        json_pack("{s:I,s:I}", "epoch", (json_int_t)items.epoch, "next", (json_int_t)(items.next ? items.next : 1)));
    struct carry_record r = {
        .peer = above, .direction = "up", .out = true, .file = number, .events = events, .note = "", .actor = actor};
    uint8_t *file = carry_pack(head, &body, c->keys, length);
    good = good && record(c, &r, carried, fault);
    pthread_mutex_unlock(&making);
    if (good) return file;
    free(file);
    return NULL;
}

/* ---- up: taken in at the upper end ---- */

static bool missing(struct carry *c, const struct carry_file *o, struct carry_why *why)
{
    size_t i;
    const json_t *s;
    struct fault ignored = {""};
    json_array_foreach(json_object_get(o->head, "streams"), i, s)
    {
        struct store_position at = {0};
        /* Between `after` and `first` the sender holds nothing: it dropped it, and the gap is told. */
        uint64_t after = number_in(s, "after"), held = number_in(s, "held"), epoch = number_in(s, "epoch");
        if (!store_node_position(c->store, o->from, (unsigned)number_in(s, "stream"), &at, &ignored)) continue;
        bool known = at.epoch == epoch && at.next;
        uint64_t expected = known && at.next > held ? at.next : held;
        if (after <= expected) continue;
        unsigned long long last = last_of(c, o->from, "taken");
        snprintf(why->zh, sizeof why->zh,
                 "缺文件：上次收到第 %llu 个，这是第 %llu 个，数据流 %zu 缺 %llu 到 %llu 号事件", last,
                 (unsigned long long)o->number, i, (unsigned long long)expected, (unsigned long long)after - 1);
        snprintf(
            why->en, sizeof why->en,
            "a file is missing: the last was number %llu, this is %llu, and stream %zu lacks the events %llu to %llu",
            last, (unsigned long long)o->number, i, (unsigned long long)expected, (unsigned long long)after - 1);
        return true;
    }
    return false;
}

/* The first `count` lines at `*at`, which is moved behind them. */
static size_t take(const char **at, const char *end, uint64_t count)
{
    const char *from = *at;
    for (; count && *at < end; count--) {
        const char *newline = memchr(*at, '\n', (size_t)(end - *at));
        *at = newline ? newline + 1 : end;
    }
    return (size_t)(*at - from);
}

static bool store_stream(struct carry *c, const struct carry_file *o, const json_t *s, const char **at, const char *end,
                         struct carry_record *r, struct fault *fault)
{
    uint64_t number = number_in(s, "first"), left = number_in(s, "count");
    struct store_position before = {0};
    unsigned stream = (unsigned)number_in(s, "stream");
    if (stream >= OUTBOX_STREAMS || !store_node_position(c->store, o->from, stream, &before, fault)) return false;
    if (before.epoch == number_in(s, "epoch") && before.next && left && number > before.next)
        r->gap += number - before.next;
    r->events += left;
    while (left) {
        uint64_t n = left < LINES_A_BATCH ? left : LINES_A_BATCH;
        struct store_put put = {0};
        struct store_batch batch = {.node = o->from,
                                    .stream = stream,
                                    .epoch = number_in(s, "epoch"),
                                    .first = number,
                                    .lines = *at,
                                    .below = true};
        batch.length = take(at, end, n);
        if (!store_put_batches(c->store, &batch, 1, &put, fault)) return false;
        r->stored += put.stored;
        r->duplicates += put.duplicates;
        number += n, left -= n;
    }
    return true;
}

static bool take_up(struct carry *c, const struct carry_file *o, struct carry_record *r, struct carry_why *why,
                    struct fault *fault)
{
    size_t i;
    const json_t *s, *items = json_object_get(o->head, "items");
    const char *at = o->body, *end = o->body + o->length;
    bool good = true;
    if (json_array_size(json_object_get(o->head, "streams")) != OUTBOX_STREAMS) {
        refuse(why, "文件内容不完整", "it does not tell of both streams");
        return false;
    }
    if (missing(c, o, why)) return false;
    json_array_foreach(json_object_get(o->head, "streams"), i, s) good =
        good && store_stream(c, o, s, &at, end, r, fault);
    if (good && number_in(items, "epoch") == items_epoch(c->store))
        good = items_acknowledge(c->store, o->from, number_in(items, "next"), fault);
    return good;
}

/* ---- down: made at the upper end ---- */

static bool put_items(struct carry *c, const char *node, struct carry_body *body, uint64_t *count, struct fault *fault)
{
    struct store_reader *reader = store_reader_open(c->store, fault);
    if (!reader) return false;
    sqlite3_stmt *select = database_prepare(
        reader->main,
        "SELECT number, id, kind, issuer, signature, json FROM item_node JOIN item USING(item) WHERE node=? AND"
        " acknowledged IS NULL ORDER BY number LIMIT ?",
        fault);
    if (select) database_bind(select, "si", node, (int64_t)CARRY_ITEMS);
    while (select && sqlite3_step(select) == SQLITE_ROW && body->used < CARRY_MOST / 2) {
        char signature[96];
        sodium_bin2base64(signature, sizeof signature, sqlite3_column_blob(select, 4),
                          (size_t)sqlite3_column_bytes(select, 4), sodium_base64_VARIANT_ORIGINAL);
        json_t *item = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s%}", "number", (json_int_t)sqlite3_column_int64(select, 0),
                                 "id", database_text(select, 1), "kind", database_text(select, 2), "issuer",
                                 database_text(select, 3), "signature", signature, "json",
                                 (const char *)sqlite3_column_blob(select, 5), (size_t)sqlite3_column_bytes(select, 5));
        char *line = json_dumps(item, JSON_COMPACT);
        json_decref(item);
        if (!line) abort();
        carry_put(body, line, strlen(line));
        carry_put(body, "\n", 1);
        free(line);
        ++*count;
    }
    sqlite3_finalize(select);
    store_reader_close(reader);
    return select;
}

static bool enrolled(struct carry *c, const char *name, uint8_t key[SIGN_PUBLIC], struct carry_why *why,
                     struct fault *fault)
{
    struct nodes nodes;
    if (!nodes_load(&nodes, c->nodes, NULL, fault)) return false;
    const struct node *node = nodes_by_name(&nodes, name);
    bool good = node && !node->revoked && node->role == NODE_COLLECTOR;
    if (good) memcpy(key, node->sign_public, SIGN_PUBLIC);
    nodes_free(&nodes);
    if (!good) refuse(why, "没有这个已登记的下级平台", "no collector of that name is enrolled here");
    return good;
}

uint8_t *carry_down(struct carry *c, const char *node, const char *actor, size_t *length, struct carry_why *why,
                    struct fault *fault)
{
    struct carry_body body = {0};
    uint8_t key[SIGN_PUBLIC];
    struct carry_record r = {.peer = node, .direction = "down", .out = true, .note = "", .actor = actor};
    if (!enrolled(c, node, key, why, fault)) return NULL;
    pthread_mutex_lock(&making);
    r.file = last_of(c, node, "made") + 1;
    json_t *head = head_of(c, "down", node, r.file), *streams = json_array();
    bool good = true;
    for (unsigned i = 0; good && i < OUTBOX_STREAMS; i++) {
        struct store_position at = {0};
        good = store_node_position(c->store, node, i, &at, fault);
        json_array_append_new(streams, json_pack("{s:i,s:I,s:I}", "stream", (int)i, "epoch", (json_int_t)at.epoch,
                                                 "next", (json_int_t)at.next));
    }
    good = good && put_items(c, node, &body, &r.items, fault);
    json_object_set_new(head, "acknowledged", streams);
    json_object_set_new(
        head, "items",
        json_pack("{s:I,s:I}", "epoch", (json_int_t)items_epoch(c->store), "count", (json_int_t)r.items));
    uint8_t *file = carry_pack(head, &body, c->keys, length);
    good = good && record(c, &r, NULL, fault);
    pthread_mutex_unlock(&making);
    if (good) return file;
    free(file);
    return NULL;
}

/* ---- down: taken in at the lower end ---- */

static bool read_item(struct link_item *item, const json_t *line, uint64_t epoch)
{
    const char *id = hierarchy_text(line, "id"), *signature = hierarchy_text(line, "signature");
    size_t length;
    *item = (struct link_item){.epoch = epoch, .number = number_in(line, "number")};
    snprintf(item->id, sizeof item->id, "%s", id);
    snprintf(item->kind, sizeof item->kind, "%s", hierarchy_text(line, "kind"));
    snprintf(item->issuer, sizeof item->issuer, "%s", hierarchy_text(line, "issuer"));
    item->json = hierarchy_text(line, "json");
    item->length = strlen(item->json);
    return item->number && ulid_valid(id, strlen(id)) && item->length <= LINK_ITEM_MAX &&
           sodium_base642bin(item->signature, sizeof item->signature, signature, strlen(signature), NULL, &length, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           length == SIGNATURE;
}

static bool take_down(struct carry *c, const struct carry_file *o, struct carry_record *r, struct carry_why *why,
                      struct fault *fault)
{
    size_t i;
    const json_t *s;
    struct link_position position;
    uint64_t epoch = number_in(json_object_get(o->head, "items"), "epoch");
    if (!inbox_position(c->store, o->from, &position, fault)) return false;
    for (const char *at = o->body, *end = o->body + o->length, *line = at; at < end; line = at) {
        struct link_item item;
        size_t n = take(&at, end, 1);
        json_t *object = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
        bool good = read_item(&item, object, epoch), known = position.epoch == epoch && item.number < position.next;
        if (good && position.epoch == epoch && item.number > position.next && position.next) {
            snprintf(why->zh, sizeof why->zh, "缺文件：下发第 %llu 到 %llu 项没有收到",
                     (unsigned long long)position.next, (unsigned long long)item.number - 1);
            snprintf(why->en, sizeof why->en, "a file is missing: the items %llu to %llu have not come",
                     (unsigned long long)position.next, (unsigned long long)item.number - 1);
            good = false;
        } else if (!good) {
            refuse(why, "文件内容不完整", "an item of it cannot be read");
        }
        if (good && !known) good = parent_take_item(c->parent, &item);
        if (good && !known) position = (struct link_position){.epoch = epoch, .next = item.number + 1};
        json_decref(object);
        if (!good) return false;
        r->items += !known;
        r->duplicates += known;
    }
    json_array_foreach(json_object_get(o->head, "acknowledged"), i, s)
    {
        struct outbox_position at;
        unsigned stream = (unsigned)number_in(s, "stream");
        if (stream >= OUTBOX_STREAMS) continue;
        outbox_look(parent_outbox(c->parent), stream, &at);
        if (number_in(s, "epoch") == at.epoch)
            outbox_acknowledge(parent_outbox(c->parent), stream, number_in(s, "next"));
    }
    return true;
}

/* ---- either ---- */

static bool signed_by(struct carry *c, const struct carry_file *o, const uint8_t *file, size_t length,
                      struct carry_why *why, struct fault *fault)
{
    uint8_t key[SIGN_PUBLIC];
    bool up = strcmp(o->direction, "up") == 0;
    if (strcmp(hierarchy_text(o->head, "to"), c->keys->name) != 0) {
        refuse(why, "这个文件不是给本节点的", "this file is not for this node");
        return false;
    }
    if (up && !enrolled(c, o->from, key, why, fault)) return false;
    if (!up && (!c->parent || strcmp(parent_name(c->parent), o->from) != 0)) {
        refuse(why, "这个文件不是本节点的上级所出", "this file is not of this node's parent");
        return false;
    }
    if (!up) memcpy(key, parent_sign_key(c->parent), sizeof key);
    if (crypto_sign_verify_detached(file + length - SIGNATURE, file, length - SIGNATURE, key) == 0) return true;
    refuse(why, "签名不对：文件被改动过，或不是所称节点所出",
           "its signature is wrong: it was altered, or is another's");
    return false;
}

json_t *carry_in(struct carry *c, const uint8_t *file, size_t length, const char *actor, struct carry_why *why,
                 struct fault *fault)
{
    struct carry_file o = {0};
    json_t *told = NULL;
    char note[sizeof *why + 4];
    *why = (struct carry_why){"", ""};
    bool readable = carry_unpack(&o, file, length);
    bool up = readable && strcmp(o.direction, "up") == 0;
    if (!readable || (!up && strcmp(o.direction, "down") != 0))
        refuse(why, "不是望楼的离线文件", "it is no file of this kind");
    else if (signed_by(c, &o, file, length, why, fault)) {
        struct carry_record r = {.peer = o.from, .direction = o.direction, .file = o.number, .actor = actor};
        uint64_t last = last_of(c, o.from, "taken");
        bool good = (up ? take_up : take_down)(c, &o, &r, why, fault);
        snprintf(note, sizeof note, "%s / %s", why->zh, why->en);
        r.note = good ? "" : *why->en ? note : fault->text;
        struct fault ignored = {""};
        if (record(c, &r, NULL, good ? fault : &ignored) && good)
            told = json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b}", "direction", o.direction, "from", o.from,
                             "file", (json_int_t)o.number, "events", (json_int_t)r.events, "stored",
                             (json_int_t)r.stored, "duplicates", (json_int_t)r.duplicates, "items", (json_int_t)r.items,
                             "gap", (json_int_t)r.gap, "last", (json_int_t)last, "again", o.number <= last);
    }
    carry_file_free(&o);
    return told;
}

bool carry_records(struct store_reader *r, int64_t before, unsigned limit,
                   bool (*row)(void *context, const struct carry_record *record), void *context, struct fault *fault)
{
    int result;
    sqlite3_stmt *select =
        database_prepare(r->main,
                         "SELECT number, time, peer, direction, made, file, events, stored, duplicates,"
                         " items, gap, note, actor FROM carry_record WHERE (?1=0 OR number<?1) AND"
                         " (made=(direction='up') OR wl_in_scope(peer)) ORDER BY number DESC LIMIT ?2",
                         fault);
    if (!select) return false;
    database_bind(select, "ii", before, (int64_t)limit);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct carry_record found = {.number = sqlite3_column_int64(select, 0),
                                     .time_us = sqlite3_column_int64(select, 1),
                                     .peer = database_text(select, 2),
                                     .direction = database_text(select, 3),
                                     .out = sqlite3_column_int(select, 4),
                                     .file = (uint64_t)sqlite3_column_int64(select, 5),
                                     .events = (uint64_t)sqlite3_column_int64(select, 6),
                                     .stored = (uint64_t)sqlite3_column_int64(select, 7),
                                     .duplicates = (uint64_t)sqlite3_column_int64(select, 8),
                                     .items = (uint64_t)sqlite3_column_int64(select, 9),
                                     .gap = (uint64_t)sqlite3_column_int64(select, 10),
                                     .note = database_text(select, 11),
                                     .actor = database_text(select, 12)};
        if (!row(context, &found)) break;
    }
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE ||
           database_fault(r->main, fault, "reading the record of files");
}
