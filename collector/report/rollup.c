/* SPDX-License-Identifier: Apache-2.0 */
/* Counting verdicts over the nodes below. */
#include "collector/report/rollup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service/own_event.h"
#include "collector/store/database.h"
#include "common/json.h"

static bool open_templates(struct rollup *rollup, struct fault *fault)
{
    while (inspection_templates[rollup->template_count]) rollup->template_count++;
    rollup->templates = calloc(rollup->template_count, sizeof *rollup->templates);
    if (!rollup->templates) abort();
    for (unsigned i = 0; i < rollup->template_count; i++)
        if (!(rollup->templates[i].inspection = inspection_open(inspection_templates[i], fault))) return false;
    return true;
}

void rollup_free(struct rollup *rollup)
{
    for (unsigned i = 0; i < rollup->template_count; i++) inspection_close(rollup->templates[i].inspection);
    free(rollup->templates);
    *rollup = (struct rollup){0};
}

/* What another node says is taken only as far as it is a verdict on an item that there is. */
static void count(struct rollup *rollup, struct rollup_enterprise *enterprise, const char *verdicts)
{
    for (unsigned t = 0; t < rollup->template_count; t++) {
        struct rollup_template *of = &rollup->templates[t];
        if (strcmp(inspection_templates[t], enterprise->template_name) != 0) continue;
        of->enterprises++;
        of->signed_off += strcmp(enterprise->state, "signed") == 0;
        for (unsigned i = 0; i < of->inspection->count && i < ITEMS_MOST && verdicts[i]; i++) {
            unsigned verdict = (unsigned)(verdicts[i] - '0');
            if (verdict >= VERDICT_COUNT) continue;
            of->counts[i][verdict]++;
            enterprise->counts[verdict]++;
        }
    }
}

static bool each(sqlite3 *database, const char *sql, int year, struct rollup *rollup, rollup_row *row, void *context,
                 struct fault *fault)
{
    int result;
    sqlite3_stmt *select = database_prepare(database, sql, fault);
    if (!select) return false;
    database_bind(select, "i", (int64_t)year);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct rollup_enterprise enterprise = {.node = database_text(select, 0),
                                               .evidence = database_text(select, 1),
                                               .told_us = sqlite3_column_int64(select, 2),
                                               .template_name = database_text(select, 3),
                                               .state = database_text(select, 4)};
        count(rollup, &enterprise, database_text(select, 5));
        if (row) row(context, &enterprise);
    }
    sqlite3_finalize(select);
    return result == SQLITE_DONE || database_fault(database, fault, "counting self-inspections");
}

#define BELOW(scope)                                                                                                   \
    "SELECT substr(sensor,1,length(sensor)-length('/" OWN_SENSOR "')), id, last_us,"                                   \
    " coalesce(json_extract(object,'$.template'),''), coalesce(json_extract(object,'$.state'),''),"                    \
    " coalesce(json_extract(object,'$.verdicts'),'') FROM state WHERE type='summary' AND key='inspection-'||?1 AND"    \
    " sensor GLOB '*/" OWN_SENSOR "'" scope " ORDER BY sensor"

bool rollup_read(sqlite3 *control, sqlite3 *main, bool scoped, int year, struct rollup *rollup, rollup_row *row,
                 void *context, struct fault *fault)
{
    static const char own[] = "SELECT '', '', m.changed, i.template, m.state, i.verdicts FROM inspection i JOIN matter"
                              " m ON m.id=i.matter WHERE i.year=?1 AND i.verdicts<>''";
    *rollup = (struct rollup){0};
    return open_templates(rollup, fault) && each(control, own, year, rollup, row, context, fault) &&
           each(main, scoped ? BELOW(" AND wl_in_scope(sensor)") : BELOW(""), year, rollup, row, context, fault);
}

int rollup_verdicts(sqlite3 *main, const char *node, const char *template_name, char out[ITEMS_MOST + 1])
{
    int year = 0;
    sqlite3_stmt *select = database_prepare(
        main,
        "SELECT json_extract(object,'$.year'), json_extract(object,'$.verdicts') FROM state WHERE type='summary' AND"
        " key GLOB 'inspection-*' AND sensor=iif(?1='','',?1||'/')||'" OWN_SENSOR "' AND"
        " json_extract(object,'$.template')=?2 ORDER BY 1 DESC LIMIT 1",
        NULL);
    out[0] = 0;
    if (!select) return 0;
    database_bind(select, "ss", node, template_name);
    if (sqlite3_step(select) == SQLITE_ROW) {
        year = sqlite3_column_int(select, 0);
        snprintf(out, ITEMS_MOST + 1, "%s", database_text(select, 1));
    }
    sqlite3_finalize(select);
    return year;
}

/* ---- telling ---- */

enum { YEARS_MOST = 32 };
struct records {
    struct inspection_record list[YEARS_MOST];
    unsigned count;
};

static bool keep(void *context, const struct inspection_record *record)
{
    struct records *records = context;
    if (record->verdicts[0]) records->list[records->count++] = *record;
    return records->count < YEARS_MOST;
}

bool rollup_tell(struct control *control, struct store *store, struct fault *fault)
{
    struct records records = {.count = 0};
    bool good = inspection_list(control, keep, &records, fault);
    for (unsigned i = 0; good && i < records.count; i++) {
        const struct inspection_record *r = &records.list[i];
        char object[512];
        struct json j = json_over(object, sizeof object);
        json_begin_object(&j, NULL);
        json_put_format(&j, "key", "inspection-%d", r->year);
        json_put_int(&j, "year", r->year);
        json_put_string(&j, "template", r->template_name);
        json_put_string(&j, "state", r->state);
        json_put_string(&j, "verdicts", r->verdicts);
        json_end_object(&j);
        good = own_event(store, OWN_SUMMARIES, EVENT_SUMMARY, object, json_length(&j), fault);
    }
    return good;
}
