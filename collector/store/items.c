/* SPDX-License-Identifier: Apache-2.0 */
/* Downward items in main.db: queued for the nodes below, received from the parent. */
#include "collector/store/items.h"

#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"

const struct schema main_schema_items = {
    "items", (const char *const[]){"CREATE INDEX item_node_item ON item_node(item);", NULL}};

bool items_send(struct store *s, const struct link_item *item, const char *const *nodes, unsigned count,
                struct fault *fault)
{
    bool good =
        store_begin(s, fault) &&
        database_run(s->main, fault,
                     "INSERT OR IGNORE INTO item(id,kind,issuer,created,signature,json) VALUES(?,?,?,?,?,?)", "sssibb",
                     item->id, item->kind, item->issuer, store_now_us(), (const void *)item->signature,
                     sizeof item->signature, (const void *)item->json, item->length);
    for (unsigned i = 0; good && i < count; i++)
        good = database_run(s->main, fault,
                            "INSERT INTO item_node SELECT ?1, (SELECT coalesce(max(number),0)+1 FROM item_node WHERE "
                            "node=?1), item, NULL FROM item WHERE id=?2 AND item NOT IN (SELECT item FROM item_node "
                            "WHERE node=?1)",
                            "ss", nodes[i], item->id);
    return store_end(s, good, fault);
}

static void take_text(char *out, size_t room, sqlite3_stmt *row, int column)
{
    snprintf(out, room, "%s", database_text(row, column));
}

static struct item_copy *copy_row(sqlite3_stmt *row)
{
    size_t length = (size_t)sqlite3_column_bytes(row, 5), signature = (size_t)sqlite3_column_bytes(row, 4);
    struct item_copy *copy = calloc(1, sizeof *copy + length);
    if (!copy || signature != SIGNATURE) {
        free(copy);
        return NULL;
    }
    copy->item.number = (uint64_t)sqlite3_column_int64(row, 0);
    take_text(copy->item.id, sizeof copy->item.id, row, 1);
    take_text(copy->item.kind, sizeof copy->item.kind, row, 2);
    take_text(copy->item.issuer, sizeof copy->item.issuer, row, 3);
    memcpy(copy->item.signature, sqlite3_column_blob(row, 4), SIGNATURE);
    if (length) memcpy(copy->json, sqlite3_column_blob(row, 5), length);
    copy->item.json = copy->json;
    copy->item.length = length;
    return copy;
}

struct item_copy *items_next(struct store *s, const char *node, uint64_t after, struct fault *fault)
{
    struct item_copy *copy = NULL;
    pthread_mutex_lock(&s->writing);
    sqlite3_stmt *find = database_prepare(s->main,
                                          "SELECT number, id, kind, issuer, signature, json FROM item_node JOIN item "
                                          "USING(item) WHERE node=? AND number>? ORDER BY number LIMIT 1",
                                          fault);
    if (find) {
        database_bind(find, "si", node, (int64_t)after);
        if (sqlite3_step(find) == SQLITE_ROW) copy = copy_row(find);
        sqlite3_finalize(find);
    }
    pthread_mutex_unlock(&s->writing);
    return copy;
}

bool items_acknowledge(struct store *s, const char *node, uint64_t next, struct fault *fault)
{
    bool good =
        store_begin(s, fault) &&
        database_run(s->main, fault,
                     "UPDATE item_node SET acknowledged=?3 WHERE node=?1 AND number<?2 AND acknowledged IS NULL", "sii",
                     node, (int64_t)next, store_now_us());
    return store_end(s, good, fault);
}

uint64_t items_epoch(struct store *s)
{
    pthread_mutex_lock(&s->writing);
    int64_t epoch = database_number(s->main, 0, "SELECT epoch FROM item_epoch", "");
    pthread_mutex_unlock(&s->writing);
    return (uint64_t)epoch;
}

bool items_state(struct store *s, const char *id, struct item_state *state, struct fault *fault)
{
    pthread_mutex_lock(&s->writing);
    sqlite3_stmt *find = database_prepare(
        s->main, "SELECT count(*), count(acknowledged) FROM item_node JOIN item USING(item) WHERE id=?", fault);
    bool good = find != NULL;
    if (good) {
        database_bind(find, "s", id);
        good = sqlite3_step(find) == SQLITE_ROW;
        state->nodes = (uint64_t)sqlite3_column_int64(find, 0);
        state->acknowledged = (uint64_t)sqlite3_column_int64(find, 1);
        sqlite3_finalize(find);
    }
    pthread_mutex_unlock(&s->writing);
    return good;
}

int64_t items_delivered(struct store_reader *r, const char *id, const char *node)
{
    return database_number(r->main, 0,
                           "SELECT acknowledged FROM item_node JOIN item USING(item) WHERE item.id=? AND node=?", "ss",
                           id, node);
}

bool items_prune(struct store *s, int64_t before_us, struct fault *fault)
{
    bool good =
        store_begin(s, fault) &&
        database_run(s->main, fault,
                     "DELETE FROM item_node WHERE acknowledged<?1 AND number<(SELECT max(number) FROM item_node AS last"
                     " WHERE last.node=item_node.node) AND item IN (SELECT item FROM item WHERE created<?1 AND NOT"
                     " EXISTS(SELECT 1 FROM item_node AS other WHERE other.item=item.item AND (other.acknowledged IS"
                     " NULL OR other.acknowledged>=?1)))",
                     "i", before_us) &&
        database_run(s->main, fault,
                     "DELETE FROM item WHERE created<?1 AND NOT EXISTS(SELECT 1 FROM item_node WHERE"
                     " item_node.item=item.item)",
                     "i", before_us);
    return store_end(s, good, fault);
}

/* ---- from the parent ---- */

bool inbox_put(struct store *s, const char *parent, const struct link_item *item, bool verified, struct fault *fault)
{
    bool good =
        store_begin(s, fault) &&
        database_run(s->main, fault,
                     "INSERT OR IGNORE INTO inbox(id,kind,issuer,verified,received,signature,json) "
                     "VALUES(?,?,?,?,?,?,?)",
                     "sssiibb", item->id, item->kind, item->issuer, (int64_t)verified, store_now_us(),
                     (const void *)item->signature, sizeof item->signature, (const void *)item->json, item->length) &&
        database_run(s->main, fault,
                     "INSERT INTO inbox_position VALUES(?1,?2,?3) ON CONFLICT DO UPDATE SET epoch=?2, next=?3", "sii",
                     parent, (int64_t)item->epoch, (int64_t)item->number + 1);
    return store_end(s, good, fault);
}

bool inbox_position(struct store *s, const char *parent, struct link_position *position, struct fault *fault)
{
    *position = (struct link_position){0};
    pthread_mutex_lock(&s->writing);
    sqlite3_stmt *find = database_prepare(s->main, "SELECT epoch, next FROM inbox_position WHERE parent=?", fault);
    if (find) {
        database_bind(find, "s", parent);
        if (sqlite3_step(find) == SQLITE_ROW) {
            position->epoch = (uint64_t)sqlite3_column_int64(find, 0);
            position->next = (uint64_t)sqlite3_column_int64(find, 1);
        }
        sqlite3_finalize(find);
    }
    pthread_mutex_unlock(&s->writing);
    return find != NULL;
}

uint64_t inbox_count(struct store *s)
{
    pthread_mutex_lock(&s->writing);
    int64_t count = database_number(s->main, 0, "SELECT count(*) FROM inbox", "");
    pthread_mutex_unlock(&s->writing);
    return (uint64_t)count;
}

bool inbox_after(struct store_reader *r, int64_t *position, unsigned most, inbox_row *row, void *context,
                 struct fault *fault)
{
    bool good = true;
    int result = SQLITE_DONE;
    sqlite3_stmt *select = database_prepare(
        r->main, "SELECT number, kind, issuer, id, verified, json FROM inbox WHERE number>? ORDER BY number LIMIT ?",
        fault);
    if (!select) return false;
    database_bind(select, "ii", *position, (int64_t)most);
    while (good && (result = sqlite3_step(select)) == SQLITE_ROW) {
        const struct inbox_item item = {.kind = database_text(select, 1),
                                        .issuer = database_text(select, 2),
                                        .id = database_text(select, 3),
                                        .json = sqlite3_column_blob(select, 5),
                                        .length = (size_t)sqlite3_column_bytes(select, 5),
                                        .verified = sqlite3_column_int(select, 4)};
        good = row(context, &item, fault);
        if (good) *position = sqlite3_column_int64(select, 0);
    }
    if (good && result != SQLITE_DONE) good = database_fault(r->main, fault, "reading what came from the parent");
    sqlite3_finalize(select);
    return good;
}
