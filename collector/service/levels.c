/* SPDX-License-Identifier: Apache-2.0 */
/* The three tables read from YAML, and what is computed from them. */
#include "collector/service/levels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"
#include "common/embed.h"
#include "common/json.h"
#include "common/yaml.h"

EMBED(model_warning_levels, "collector/models/warning-levels.yaml")
EMBED(model_incident_grades, "collector/models/incident-grades.yaml")
EMBED(model_report_clocks, "collector/models/report-clocks.yaml")

enum { WORDS_MOST = 8 };

struct words {
    struct level_word rows[WORDS_MOST];
    unsigned count;
};
struct trigger {
    struct level_word measure;
    bool cii;
    int64_t at_least[LEVEL_COUNT];
    unsigned count;
};
struct legal_clock {
    struct level_word channel;
    const char *operator, * from;
    uint64_t grade, within_ns;
};
struct levels {
    struct yaml *documents[3];
    struct words colours, importance, damage, grades;
    unsigned matrix[WORDS_MOST][WORDS_MOST];
    struct trigger triggers[TRIGGERS_MOST];
    unsigned trigger_count;
    struct legal_clock clocks[CLOCKS_MOST];
    unsigned clock_count;
};

/* ---- reading ---- */

static const struct {
    const char *file, *text, *end;
} models[] = {
    {"warning-levels.yaml", model_warning_levels, model_warning_levels_end},
    {"incident-grades.yaml", model_incident_grades, model_incident_grades_end},
    {"report-clocks.yaml", model_report_clocks, model_report_clocks_end},
};

static struct yaml *load(unsigned i, const char *directory, struct fault *fault)
{
    char path[512];
    if (!directory || !*directory)
        return yaml_load_text(models[i].file, models[i].text, (size_t)(models[i].end - models[i].text), fault);
    snprintf(path, sizeof path, "%s/%s", directory, models[i].file);
    return yaml_load_file(path, fault);
}

static bool take_word(const struct yaml_node *node, const char *name, struct level_word *word, struct fault *fault)
{
    const struct yaml_node *key = name ? yaml_required(node, name, fault) : NULL;
    word->name = "";
    return (!name || (key && yaml_text(key, &word->name, fault))) &&
           yaml_text(yaml_required(node, "zh", fault), &word->zh, fault) &&
           yaml_text(yaml_required(node, "en", fault), &word->en, fault) && word->zh && word->en;
}

static const struct yaml_node *list_of(const struct yaml_node *root, const char *key, unsigned most,
                                       struct fault *fault)
{
    const struct yaml_node *list = yaml_required(root, key, fault);
    if (!list || !yaml_is_list(list, fault)) return NULL;
    if (list->count <= most) return list;
    yaml_fault(list, fault, "more than %u rows", most);
    return NULL;
}

static bool take_words(const struct yaml_node *root, const char *key, const char *name, unsigned exactly,
                       struct words *words, struct fault *fault)
{
    const struct yaml_node *list = list_of(root, key, WORDS_MOST, fault);
    if (!list) return false;
    if (exactly && list->count != exactly) return yaml_fault(list, fault, "%s: %u rows are needed", key, exactly);
    for (const struct yaml_node *row = list->first; row; row = row->next)
        if (!take_word(row, name, &words->rows[words->count++], fault)) return false;
    return true;
}

static int word_at(const struct words *words, const char *name)
{
    for (unsigned i = 0; i < words->count; i++)
        if (strcmp(words->rows[i].name, name) == 0) return (int)i;
    return -1;
}

static bool take_matrix(struct levels *l, const struct yaml_node *root, struct fault *fault)
{
    const struct yaml_node *matrix = yaml_required(root, "matrix", fault);
    for (unsigned row = 0; matrix && row < l->importance.count; row++) {
        const struct yaml_node *cells = list_of(matrix, l->importance.rows[row].name, l->damage.count, fault);
        unsigned column = 0;
        if (!cells) return false;
        if (cells->count != l->damage.count) return yaml_fault(cells, fault, "one level for each damage is needed");
        for (const struct yaml_node *cell = cells->first; cell; cell = cell->next) {
            uint64_t level = 0;
            if (!yaml_uint(cell, 1, LEVEL_COUNT, &level, fault)) return false;
            l->matrix[row][column++] = (unsigned)level;
        }
    }
    return matrix;
}

static bool take_triggers(struct levels *l, const struct yaml_node *root, struct fault *fault)
{
    const struct yaml_node *list = list_of(root, "triggers", TRIGGERS_MOST, fault);
    for (const struct yaml_node *row = list ? list->first : NULL; row; row = row->next) {
        struct trigger *t = &l->triggers[l->trigger_count++];
        const struct yaml_node *numbers = list_of(row, "at_least", LEVEL_COUNT - 1, fault);
        if (!numbers || !take_word(row, "measure", &t->measure, fault) ||
            !yaml_bool(yaml_get(row, "cii"), &t->cii, fault))
            return false;
        for (const struct yaml_node *n = numbers->first; n; n = n->next)
            if (!yaml_int(n, 1, INT64_MAX, &t->at_least[t->count++], fault)) return false;
    }
    return list;
}

static bool take_clocks(struct levels *l, const struct yaml_node *root, struct fault *fault)
{
    const struct yaml_node *list = list_of(root, "clocks", CLOCKS_MOST, fault);
    for (const struct yaml_node *row = list ? list->first : NULL; row; row = row->next) {
        struct legal_clock *c = &l->clocks[l->clock_count++];
        if (!take_word(row, "channel", &c->channel, fault) ||
            !yaml_text(yaml_required(row, "operator", fault), &c->operator, fault) ||
            !yaml_text(yaml_required(row, "from", fault), &c->from, fault) ||
            !yaml_uint(yaml_required(row, "grade", fault), 1, LEVEL_COUNT, &c->grade, fault) ||
            !yaml_duration(yaml_required(row, "within", fault), 1, UINT64_MAX, &c->within_ns, fault) || !c->within_ns)
            return false;
    }
    return list;
}

struct levels *levels_open(const char *directory, struct fault *fault)
{
    struct levels *l = calloc(1, sizeof *l);
    if (!l) abort();
    bool good = true;
    for (unsigned i = 0; good && i < 3; i++) good = (l->documents[i] = load(i, directory, fault));
    good = good && take_words(yaml_root(l->documents[0]), "levels", "name", LEVEL_COUNT, &l->colours, fault) &&
           take_words(yaml_root(l->documents[0]), "importance", "name", 0, &l->importance, fault) &&
           take_words(yaml_root(l->documents[0]), "damage", "name", 0, &l->damage, fault) &&
           take_matrix(l, yaml_root(l->documents[0]), fault) &&
           take_words(yaml_root(l->documents[1]), "grades", NULL, LEVEL_COUNT, &l->grades, fault) &&
           take_triggers(l, yaml_root(l->documents[1]), fault) && take_clocks(l, yaml_root(l->documents[2]), fault);
    if (good) return l;
    levels_close(l);
    return NULL;
}

void levels_close(struct levels *l)
{
    if (!l) return;
    for (unsigned i = 0; i < 3; i++)
        if (l->documents[i]) yaml_close(l->documents[i]);
    free(l);
}

/* ---- computing ---- */

unsigned warning_level(const struct levels *l, const char *importance, const char *damage)
{
    int row = word_at(&l->importance, importance), column = word_at(&l->damage, damage);
    return row < 0 || column < 0 ? 0 : l->matrix[row][column];
}

const struct level_word *warning_word(const struct levels *l, unsigned level)
{
    return &l->colours.rows[level >= 1 && level <= LEVEL_COUNT ? level - 1 : LEVEL_COUNT - 1];
}

const struct level_word *incident_word(const struct levels *l, unsigned grade)
{
    return &l->grades.rows[grade >= 1 && grade <= LEVEL_COUNT ? grade - 1 : LEVEL_COUNT - 1];
}

static const char *member(const json_t *document, const char *name)
{
    const char *text = json_string_value(json_object_get(document, name));
    return text ? text : "";
}

static int64_t measured(const json_t *document, const char *measure)
{
    const json_t *value = json_object_get(document, measure);
    return json_is_true(value) ? 1 : json_integer_value(value);
}

unsigned incident_grade(const struct levels *l, const json_t *document, struct grade_reason *reason)
{
    unsigned grade = LEVEL_COUNT;
    bool cii = strcmp(member(document, "operator"), "cii") == 0;
    *reason = (struct grade_reason){0};
    for (unsigned i = 0; i < l->trigger_count; i++) {
        const struct trigger *t = &l->triggers[i];
        int64_t value = measured(document, t->measure.name);
        if (t->cii && !cii) continue;
        for (unsigned at = 0; at < t->count && at + 1 < grade; at++)
            if (value >= t->at_least[at]) {
                grade = at + 1;
                *reason = (struct grade_reason){&t->measure, value, t->at_least[at]};
            }
    }
    return grade;
}

unsigned incident_clocks(const struct levels *l, const json_t *document, unsigned grade, int64_t now_us,
                         int64_t (*done)(void *context, const char *channel), void *context,
                         struct clock_state clocks[CLOCKS_MOST])
{
    unsigned count = 0;
    for (unsigned i = 0; i < l->clock_count; i++) {
        const struct legal_clock *c = &l->clocks[i];
        const char *from = member(document, c->from), *operator= member(document, "operator");
        int64_t from_us = store_time_us(from, strlen(from));
        if (grade > c->grade || from_us < 0) continue;
        if (strcmp(c->operator, "any") != 0 && strcmp(c->operator, operator) != 0) continue;
        struct clock_state *state = &clocks[count++];
        *state = (struct clock_state){.channel = &c->channel, .due_us = from_us + (int64_t)(c->within_ns / 1000)};
        state->done_us = done(context, c->channel.name);
        state->overdue = (state->done_us ? state->done_us : now_us) > state->due_us;
    }
    return count;
}

bool incident_channel(const struct levels *l, const char *channel)
{
    for (unsigned i = 0; i < l->clock_count; i++)
        if (strcmp(l->clocks[i].channel.name, channel) == 0) return true;
    return false;
}

/* ---- showing ---- */

static void write_word(struct json *j, const struct level_word *word)
{
    if (*word->name) json_put_string(j, "name", word->name);
    json_put_string(j, "zh", word->zh);
    json_put_string(j, "en", word->en);
}

static void write_words(struct json *j, const char *key, const struct words *words)
{
    json_begin_array(j, key);
    for (unsigned i = 0; i < words->count; i++) {
        json_begin_object(j, NULL);
        write_word(j, &words->rows[i]);
        json_end_object(j);
    }
    json_end_array(j);
}

/* Where each table comes from and how sure it is. */
static void write_origins(struct json *j, const struct levels *l)
{
    static const char *const members[] = {"source", "certainty", "certainty_en"};
    json_begin_array(j, "models");
    for (unsigned i = 0; i < sizeof models / sizeof *models; i++) {
        json_begin_object(j, NULL);
        json_put_string(j, "file", models[i].file);
        for (unsigned m = 0; m < sizeof members / sizeof *members; m++) {
            const struct yaml_node *n = yaml_get(yaml_root(l->documents[i]), members[m]);
            json_put_string(j, members[m], n ? n->text : "");
        }
        json_end_object(j);
    }
    json_end_array(j);
}

void levels_write(struct json *j, const struct levels *l)
{
    write_origins(j, l);
    write_words(j, "levels", &l->colours);
    write_words(j, "importance", &l->importance);
    write_words(j, "damage", &l->damage);
    json_begin_array(j, "matrix"); /* rows: importance; columns: damage */
    for (unsigned row = 0; row < l->importance.count; row++) {
        json_begin_array(j, NULL);
        for (unsigned column = 0; column < l->damage.count; column++) json_put_uint(j, NULL, l->matrix[row][column]);
        json_end_array(j);
    }
    json_end_array(j);
    write_words(j, "grades", &l->grades);
    json_begin_array(j, "measures");
    for (unsigned i = 0; i < l->trigger_count; i++) {
        json_begin_object(j, NULL);
        write_word(j, &l->triggers[i].measure);
        json_put_bool(j, "cii", l->triggers[i].cii);
        json_end_object(j);
    }
    json_end_array(j);
    json_begin_array(j, "channels");
    for (unsigned i = 0; i < l->clock_count; i++) {
        json_begin_object(j, NULL);
        write_word(j, &l->clocks[i].channel);
        json_put_string(j, "operator", l->clocks[i].operator);
        json_end_object(j);
    }
    json_end_array(j);
}
