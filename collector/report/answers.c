/* SPDX-License-Identifier: Apache-2.0 */
/* Self-inspections in control.db, and their answers as YAML. */
#include "collector/report/answers.h"

#include <stdlib.h>
#include <string.h>

#include "collector/service/accounts.h"
#include "collector/store/internal.h"

const struct schema control_schema_inspections = {
    "inspections",
    (const char *const[]){
        "CREATE TABLE inspection(year INTEGER PRIMARY KEY, template TEXT NOT NULL, matter TEXT NOT NULL UNIQUE,"
        " verdicts TEXT NOT NULL DEFAULT '');"
        "CREATE TABLE inspection_answer(year INTEGER NOT NULL REFERENCES inspection(year), item INTEGER NOT NULL,"
        " status INTEGER NOT NULL, text TEXT NOT NULL, evidence TEXT NOT NULL, user TEXT NOT NULL,"
        " time INTEGER NOT NULL, PRIMARY KEY(year, item)) WITHOUT ROWID;"
        /* value: JSON, as the form's block is: an object, a list of objects, or a text */
        "CREATE TABLE inspection_block(year INTEGER NOT NULL REFERENCES inspection(year), name TEXT NOT NULL,"
        " value TEXT NOT NULL, user TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY(year, name)) WITHOUT ROWID;",
        NULL}};

/* ---- the inspections ---- */

#define RECORD                                                                                                         \
    "SELECT i.year, i.template, i.matter, m.state, i.verdicts, (SELECT count(*) FROM inspection_answer a WHERE"        \
    " a.year=i.year AND a.status<>0) FROM inspection i JOIN matter m ON m.id=i.matter"

static void read_record(sqlite3_stmt *row, struct inspection_record *record)
{
    *record = (struct inspection_record){.year = sqlite3_column_int(row, 0),
                                         .answered = (unsigned)sqlite3_column_int(row, 5)};
    snprintf(record->template_name, sizeof record->template_name, "%s", database_text(row, 1));
    snprintf(record->matter, sizeof record->matter, "%s", database_text(row, 2));
    snprintf(record->state, sizeof record->state, "%s", database_text(row, 3));
    snprintf(record->verdicts, sizeof record->verdicts, "%s", database_text(row, 4));
}

bool inspection_begin(struct control *control, const struct signer *signer, int year, const char *template_name,
                      const char *author, int64_t now_us, struct fault *fault)
{
    struct matter m = {.kind = MATTER_INSPECTION,
                       .document = json_pack("{s:i,s:s}", "year", year, "template", template_name)};
    if (!m.document) abort();
    store_ulid(m.id, now_us);
    snprintf(m.title, sizeof m.title, "%d年度工控安全自查", year);
    snprintf(m.author, sizeof m.author, "%s", author);
    /* The year is taken first: of two who begin it at once, one does. */
    sqlite3 *database = control_lock(control);
    bool taken = database_run(database, fault, "INSERT OR IGNORE INTO inspection(year,template,matter) VALUES(?,?,?)",
                              "iss", (int64_t)year, template_name, m.id) &&
                 sqlite3_changes(database) == 1;
    control_unlock(control);
    bool good = taken && matters_begin(control, signer, &m, "create", role_name[ROLE_OFFICER], now_us, fault);
    if (taken && !good) {
        struct fault ignored = {""};
        database_run(control_lock(control), &ignored, "DELETE FROM inspection WHERE year=?", "i", (int64_t)year);
        control_unlock(control);
    }
    matter_free(&m);
    return good;
}

static bool list(struct control *control, int year, inspection_row *row, void *context, struct fault *fault)
{
    int result = SQLITE_ERROR;
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *select = database_prepare(database, RECORD " WHERE ?1=0 OR i.year=?1 ORDER BY i.year DESC", fault);
    if (select) {
        struct inspection_record record;
        database_bind(select, "i", (int64_t)year);
        while ((result = sqlite3_step(select)) == SQLITE_ROW) {
            read_record(select, &record);
            if (!row(context, &record)) break;
        }
        if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(database, fault, "reading self-inspections");
    }
    sqlite3_finalize(select);
    control_unlock(control);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

bool inspection_list(struct control *control, inspection_row *row, void *context, struct fault *fault)
{
    return list(control, 0, row, context, fault);
}

static bool keep_record(void *context, const struct inspection_record *record)
{
    *(struct inspection_record *)context = *record;
    return false;
}

bool inspection_get(struct control *control, int year, struct inspection_record *record, struct fault *fault)
{
    *record = (struct inspection_record){0};
    return list(control, year, keep_record, record, fault) && record->year == year && year;
}

bool inspection_set_verdicts(struct control *control, int year, const char *verdicts, struct fault *fault)
{
    bool good = database_run(control_lock(control), fault, "UPDATE inspection SET verdicts=? WHERE year=?", "si",
                             verdicts, (int64_t)year);
    control_unlock(control);
    return good;
}

/* ---- answers in ---- */

static json_t *json_of(const struct yaml_node *node)
{
    if (node->kind == YAML_LIST) {
        json_t *list_value = json_array();
        for (const struct yaml_node *n = node->first; n; n = n->next) json_array_append_new(list_value, json_of(n));
        return list_value;
    }
    if (node->kind != YAML_MAPPING) return json_string(node->text);
    json_t *object = json_object();
    for (const struct yaml_node *n = node->first; n; n = n->next) json_object_set_new(object, n->key->text, json_of(n));
    return object;
}

static const char *text_of(const struct yaml_node *answer, const char *key)
{
    const struct yaml_node *node = yaml_get(answer, key);
    return node ? node->text : "";
}

static bool put_items(sqlite3 *database, int year, const struct yaml_node *items, const char *user, int64_t now_us,
                      unsigned *count, struct fault *fault)
{
    for (const struct yaml_node *answer = items ? items->first : NULL; answer; answer = answer->next) {
        unsigned status = VERDICT_OPEN;
        if (!yaml_choice(yaml_get(answer, "status"), verdict_zh, &status, fault) ||
            !database_run(database, fault, "INSERT OR REPLACE INTO inspection_answer VALUES(?,?,?,?,?,?,?)", "iiisssi",
                          (int64_t)year, (int64_t)strtoll(answer->key->text, NULL, 10), (int64_t)status,
                          text_of(answer, "text"), text_of(answer, "evidence"), user, now_us))
            return false;
        ++*count;
    }
    return true;
}

static bool put_blocks(sqlite3 *database, int year, const struct yaml_node *root, const char *user, int64_t now_us,
                       unsigned *count, struct fault *fault)
{
    const struct form *form = form_get(fault);
    bool good = form;
    for (unsigned b = 0; good && b < form->count; b++) {
        const struct yaml_node *block = yaml_get(root, form->blocks[b].name);
        if (!block) continue;
        json_t *value = json_of(block);
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        if (!text) abort();
        good = database_run(database, fault, "INSERT OR REPLACE INTO inspection_block VALUES(?,?,?,?,?)", "isssi",
                            (int64_t)year, form->blocks[b].name, text, user, now_us);
        ++*count;
        free(text);
        json_decref(value);
    }
    return good;
}

enum answers_result answers_put(struct control *control, const struct inspection_record *record,
                                const struct inspection *in, const struct yaml_node *root, const char *user,
                                int64_t now_us, struct answers_taken *taken, struct fault *fault)
{
    *taken = (struct answers_taken){0};
    if (!answers_check(in, root, fault)) return ANSWERS_WRONG;
    sqlite3 *database = control_lock(control);
    enum answers_result result = ANSWERS_FAILED;
    if (control_begin(database, fault)) {
        bool filling =
            database_number(database, 0, "SELECT 1 FROM matter WHERE id=? AND state='filling'", "s", record->matter);
        bool good = filling &&
                    put_items(database, record->year, yaml_get(root, "items"), user, now_us, &taken->items, fault) &&
                    put_blocks(database, record->year, root, user, now_us, &taken->blocks, fault);
        if (control_end(database, good, fault))
            result = ANSWERS_DONE;
        else if (!filling)
            result = ANSWERS_CLOSED;
    }
    control_unlock(control);
    return result;
}

/* ---- answers out ---- */

bool answers_marks(sqlite3 *database, int year, struct answer_mark marks[ITEMS_MOST], unsigned *count,
                   struct fault *fault)
{
    int result = SQLITE_DONE;
    *count = 0;
    sqlite3_stmt *select =
        database_prepare(database, "SELECT item, user, time FROM inspection_answer WHERE year=? ORDER BY item", fault);
    if (!select) return false;
    database_bind(select, "i", (int64_t)year);
    while (*count < ITEMS_MOST && (result = sqlite3_step(select)) == SQLITE_ROW) {
        struct answer_mark *mark = &marks[(*count)++];
        mark->item = (uint64_t)sqlite3_column_int64(select, 0);
        snprintf(mark->user, sizeof mark->user, "%s", database_text(select, 1));
        mark->time_us = sqlite3_column_int64(select, 2);
    }
    sqlite3_finalize(select);
    return result == SQLITE_DONE || result == SQLITE_ROW;
}

/* JSON is YAML's flow style; a scalar in quotes is text, whatever it looks like. */
static void put_json(FILE *out, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!text) abort();
    fputs(text, out);
    free(text);
}

static void put_text(FILE *out, const char *text)
{
    json_t *value = json_string(text);
    put_json(out, value ? value : json_null());
    json_decref(value);
}

/* One line for each value of a mapping and each row of a list, so that two versions of a file can be compared. */
static void put_block(FILE *out, const char *name, const json_t *value)
{
    size_t i;
    const char *key;
    json_t *member;
    fprintf(out, "%s:", name);
    if (json_is_object(value) && json_object_size(value)) {
        fputc('\n', out);
        json_object_foreach((json_t *)value, key, member)
        {
            fputs("  ", out);
            put_text(out, key);
            fputs(": ", out);
            put_json(out, member);
            fputc('\n', out);
        }
        return;
    }
    if (!json_is_array(value) || !json_array_size(value)) {
        fputc(' ', out);
        put_json(out, value);
        fputc('\n', out);
        return;
    }
    fputc('\n', out);
    json_array_foreach(value, i, member)
    {
        fputs("- ", out);
        put_json(out, member);
        fputc('\n', out);
    }
}

static bool write_items(sqlite3 *database, int year, FILE *out, struct fault *fault)
{
    int result;
    sqlite3_stmt *select = database_prepare(
        database, "SELECT item, status, text, evidence FROM inspection_answer WHERE year=? ORDER BY item", fault);
    if (!select) return false;
    database_bind(select, "i", (int64_t)year);
    fputs("items:", out);
    bool any = false;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        unsigned status = (unsigned)sqlite3_column_int(select, 1);
        fprintf(out, "%s  \"%lld\": {\"status\": \"%s\", \"text\": ", any ? "" : "\n",
                (long long)sqlite3_column_int64(select, 0), verdict_zh[status < VERDICT_COUNT ? status : VERDICT_OPEN]);
        put_text(out, database_text(select, 2));
        fputs(", \"evidence\": ", out);
        put_text(out, database_text(select, 3));
        fputs("}\n", out);
        any = true;
    }
    if (!any) fputs(" {}\n", out);
    sqlite3_finalize(select);
    return result == SQLITE_DONE || database_fault(database, fault, "reading answers");
}

static bool write_block(sqlite3 *database, int year, const char *name, const char *as, FILE *out, bool *any,
                        struct fault *fault)
{
    sqlite3_stmt *select =
        database_prepare(database, "SELECT value FROM inspection_block WHERE year=? AND name=?", fault);
    if (!select) return false;
    database_bind(select, "is", (int64_t)year, name);
    json_t *value =
        sqlite3_step(select) == SQLITE_ROW ? json_loads(database_text(select, 0), JSON_DECODE_ANY, NULL) : NULL;
    sqlite3_finalize(select);
    *any = value && !(json_is_array(value) && !json_array_size(value));
    if (*any) put_block(out, as, value);
    json_decref(value);
    return true;
}

bool answers_write(sqlite3 *database, int year, FILE *out, struct fault *fault)
{
    const struct form *form = form_get(fault);
    bool good = form && write_items(database, year, out, fault), any = false;
    for (unsigned b = 0; good && b < form->count; b++) {
        const char *name = form->blocks[b].name;
        good = write_block(database, year, name, name, out, &any, fault);
        if (good && !any && strcmp(name, "last_year") == 0)
            good = write_block(database, year - 1, "rectification", name, out, &any, fault);
    }
    return good;
}

struct yaml *answers_read(sqlite3 *database, int year, char hash[ANSWERS_HASH + 1], struct fault *fault)
{
    char *text = NULL;
    size_t length = 0;
    struct yaml *document = NULL;
    FILE *out = open_memstream(&text, &length);
    if (!out) abort();
    bool good = answers_write(database, year, out, fault);
    fclose(out);
    if (good) document = yaml_load_text("answers", text, length, fault);
    if (good && hash) digest_text(text, length, hash);
    free(text);
    return document;
}

char *answers_template(sqlite3 *database, int year)
{
    char *name = NULL;
    sqlite3_stmt *select = database_prepare(database, "SELECT template FROM inspection WHERE year=?", NULL);
    if (select) database_bind(select, "i", (int64_t)year);
    if (select && sqlite3_step(select) == SQLITE_ROW && !(name = strdup(database_text(select, 0)))) abort();
    sqlite3_finalize(select);
    return name;
}

struct yaml *answers_load(const char *path, const struct inspection *in, struct fault *fault)
{
    struct yaml *document = yaml_load_file(path, fault);
    if (document && answers_check(in, yaml_root(document), fault)) return document;
    yaml_close(document);
    return NULL;
}

/* ---- the signing ---- */

bool answers_sign_off(sqlite3 *database, int year, struct sign_off *off, struct fault *fault)
{
    int result;
    *off = (struct sign_off){.state = ""};
    sqlite3_stmt *select = database_prepare(
        database,
        "SELECT m.state, s.action, s.actor, s.time, json_extract(s.detail,'$.signatory') FROM inspection i"
        " JOIN matter m ON m.id=i.matter JOIN matter_step s ON s.matter=m.matter WHERE i.year=? ORDER BY s.step",
        fault);
    if (!select) return false;
    database_bind(select, "i", (int64_t)year);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        const char *action = database_text(select, 1), *actor = database_text(select, 2);
        int64_t time_us = sqlite3_column_int64(select, 3);
        snprintf(off->state, sizeof off->state, "%s", database_text(select, 0));
        if (strcmp(action, "submit") == 0) {
            snprintf(off->filled_by, sizeof off->filled_by, "%s", actor);
            off->filled_us = time_us;
        } else if (strcmp(action, "review") == 0) {
            snprintf(off->reviewed_by, sizeof off->reviewed_by, "%s", actor);
            off->reviewed_us = time_us;
        } else if (strcmp(action, "sign") == 0) {
            snprintf(off->signed_by, sizeof off->signed_by, "%s", actor);
            snprintf(off->signatory, sizeof off->signatory, "%s", database_text(select, 4));
            off->signed_us = time_us;
        } else { /* returned or opened again: nobody has reviewed or signed what stands now */
            off->reviewed_us = off->signed_us = 0;
            off->reviewed_by[0] = off->signed_by[0] = off->signatory[0] = 0;
        }
    }
    sqlite3_finalize(select);
    return result == SQLITE_DONE || database_fault(database, fault, "reading the sign-off");
}
