/* SPDX-License-Identifier: Apache-2.0 */
/* The register in control.db, and the dates. */
#include "collector/service/register.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/embed.h"
#include "common/yaml.h"

const struct schema control_schema_register = {
    "register",
    (const char *const[]){
        "CREATE TABLE enterprise(enterprise INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, class TEXT NOT NULL,"
        " node TEXT NOT NULL, self_grade INTEGER NOT NULL, verified_grade INTEGER NOT NULL, assessed TEXT NOT NULL,"
        " document TEXT NOT NULL, changed INTEGER NOT NULL, user TEXT NOT NULL, UNIQUE(name, class));",
        NULL}};

/* ---- dates ---- */

static unsigned days_of(int year, int month)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

void date_of(int64_t time_us, char out[DATE_LENGTH + 1])
{
    time_t seconds = (time_t)(time_us / 1000000);
    struct tm local;
    localtime_r(&seconds, &local);
    strftime(out, DATE_LENGTH + 1, "%Y-%m-%d", &local);
}

bool date_add_months(const char *date, unsigned months, char out[DATE_LENGTH + 1])
{
    int year, month, used = 0;
    unsigned day;
    if (strlen(date) != DATE_LENGTH || strspn(date, "0123456789-") != DATE_LENGTH ||
        sscanf(date, "%4d-%2d-%2u%n", &year, &month, &day, &used) != 3 || used != DATE_LENGTH || year < 1970 ||
        month < 1 || month > 12 || day < 1 || day > days_of(year, month))
        return false;
    unsigned sum = (unsigned)(month - 1) + months % 12000;
    year += (int)(sum / 12);
    month = (int)(sum % 12) + 1;
    if (day > days_of(year, month)) day = days_of(year, month);
    snprintf(out, DATE_LENGTH + 1, "%04u-%02u-%02u", (unsigned)year % 10000u, (unsigned)month % 100u, day % 100u);
    return true;
}

/* ---- the model ---- */

EMBED(model_grading, "collector/models/grading.yaml")

static json_t *model;
static struct fault model_fault;
static pthread_once_t model_once = PTHREAD_ONCE_INIT;

static json_t *json_of(const struct yaml_node *node)
{
    json_t *out;
    char *end;
    if (node->kind == YAML_LIST) {
        out = json_array();
        for (const struct yaml_node *n = node->first; n; n = n->next) json_array_append_new(out, json_of(n));
    } else if (node->kind == YAML_MAPPING) {
        out = json_object();
        for (const struct yaml_node *n = node->first; n; n = n->next)
            json_object_set_new(out, n->key->text, json_of(n));
    } else {
        long number = strtol(node->text, &end, 10);
        out = *node->text && !*end ? json_integer(number) : json_string(node->text);
    }
    return out;
}

static void load_model(void)
{
    struct yaml *document =
        yaml_load_text("grading.yaml", model_grading, (size_t)(model_grading_end - model_grading), &model_fault);
    if (!document) return;
    model = json_of(yaml_root(document));
    yaml_close(document);
}

const json_t *grading_model(struct fault *fault)
{
    pthread_once(&model_once, load_model);
    if (!model) *fault = model_fault;
    return model;
}

static const json_t *find(const char *list, const char *member, const json_t *value)
{
    struct fault ignored = {""};
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(grading_model(&ignored), list), i, row)
    {
        if (json_equal(json_object_get(row, member), value)) return row;
    }
    return NULL;
}

static const json_t *grade_of(unsigned grade)
{
    json_t *value = json_integer(grade);
    const json_t *row = find("grades", "grade", value);
    json_decref(value);
    return row;
}

unsigned grading_months(unsigned grade)
{
    return (unsigned)json_integer_value(json_object_get(grade_of(grade), "months"));
}

const json_t *grading_controls(unsigned grade) { return json_object_get(grade_of(grade), "controls"); }

/* The grade of a sum: the first in the model's order whose limit it reaches; 0: none. */
static unsigned grade_for(double score)
{
    struct fault ignored = {""};
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(json_object_get(grading_model(&ignored), "scoring"), "at_least"), i, row)
    {
        if (score >= json_number_value(json_object_get(row, "score")))
            return (unsigned)json_integer_value(json_object_get(row, "grade"));
    }
    return 0;
}

void grading_propose(const json_t *document, struct grading_score *score)
{
    struct fault ignored = {""};
    size_t i;
    json_t *row;
    double weights = 0;
    *score = (struct grading_score){.count = 0};
    const json_t *factors = json_object_get(grading_model(&ignored), "factors");
    json_array_foreach((json_t *)factors, i, row) weights += json_number_value(json_object_get(row, "weight"));
    json_array_foreach((json_t *)factors, i, row)
    {
        if (score->count == FACTORS_MOST || weights <= 0) break;
        struct grading_part *part = &score->parts[score->count++];
        part->name = json_string_value(json_object_get(row, "name"));
        part->zh = json_string_value(json_object_get(row, "zh"));
        part->en = json_string_value(json_object_get(row, "en"));
        part->weight = json_number_value(json_object_get(row, "weight")) / weights;
        const json_t *value = json_object_get(document, part->name);
        part->value = json_is_integer(value) ? json_integer_value(value) : -1;
        if (part->value >= 0) part->points = (double)part->value * part->weight;
        score->missing += part->value < 0;
        score->least += part->points;
        score->most += part->value >= 0 ? part->points : 100 * part->weight;
    }
    unsigned low = grade_for(score->least), high = grade_for(score->most);
    if (score->count && low == high) score->grade = low;
}

bool grading_knows_class(const char *name)
{
    json_t *value = json_string(name);
    bool known = find("classes", "name", value);
    json_decref(value);
    return known;
}

void enterprise_due(struct enterprise *e, const char *today)
{
    unsigned months = grading_months(enterprise_grade(e));
    e->due[0] = 0;
    e->never = months && !*e->assessed;
    e->overdue = false;
    if (months && *e->assessed && date_add_months(e->assessed, months, e->due)) e->overdue = strcmp(today, e->due) > 0;
}

/* ---- rows ---- */

int64_t register_put(struct control *c, const struct enterprise *e, const char *user, int64_t now_us,
                     struct fault *fault)
{
    sqlite3 *db = control_lock(c);
    bool good = database_run(
        db, fault,
        "INSERT INTO enterprise(name,class,node,self_grade,verified_grade,assessed,document,changed,user)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9) ON CONFLICT(name, class) DO UPDATE SET node=?3, self_grade=?4,"
        " verified_grade=?5, assessed=?6, document=?7, changed=?8, user=?9",
        "sssiissis", e->name, e->class, e->node, (int64_t)e->self_grade, (int64_t)e->verified_grade, e->assessed,
        e->document, now_us, user);
    int64_t number = good ? database_number(db, 0, "SELECT enterprise FROM enterprise WHERE name=? AND class=?", "ss",
                                            e->name, e->class)
                          : 0;
    control_unlock(c);
    return number;
}

bool register_list(struct control *c, int64_t number, bool overdue, const char *today, enterprise_row *row,
                   void *context, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(
        control_lock(c),
        "SELECT enterprise, name, class, node, self_grade, verified_grade, assessed, document FROM enterprise"
        " WHERE ?1=0 OR enterprise=?1 ORDER BY name, class",
        fault);
    if (select) database_bind(select, "i", number);
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        struct enterprise e = {.number = sqlite3_column_int64(select, 0),
                               .name = database_text(select, 1),
                               .class = database_text(select, 2),
                               .node = database_text(select, 3),
                               .self_grade = (unsigned)sqlite3_column_int(select, 4),
                               .verified_grade = (unsigned)sqlite3_column_int(select, 5),
                               .assessed = database_text(select, 6),
                               .document = database_text(select, 7)};
        enterprise_due(&e, today);
        if (overdue && !e.overdue && !e.never) continue;
        if (!row(context, &e)) break;
    }
    sqlite3_finalize(select);
    control_unlock(c);
    return select;
}
