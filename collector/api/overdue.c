/* SPDX-License-Identifier: Apache-2.0 */
/* What is overdue, in one list, for a district or the city as for an enterprise: assessments of grades,
 * self-inspections that are not signed by the day of the year that is set (work.inspection_due), and warnings, tasks,
 * bulletins, tickets whose time is over, and legal clocks of incidents that have run out, each with the node that it
 * waits for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/matters.h"
#include "collector/report/rollup.h"
#include "collector/service/register.h"
#include "collector/store/internal.h"
#include "collector/store/scope.h"

struct overdue {
    struct request *r;
    struct json *json;
    int64_t at_us;
    char today[DATE_LENGTH + 1], inspection_due[DATE_LENGTH + 1];
    int year; /* whose inspection is due; 0: none */
    const struct matter *matter;
    struct store_reader *reader;
    unsigned count;
};

static void put(struct overdue *o, const char *kind, const char *id, const char *title, const char *node,
                const char *due)
{
    json_begin_object(o->json, NULL);
    json_put_string(o->json, "kind", kind);
    json_put_string(o->json, "id", id);
    json_put_string(o->json, "title", title);
    json_put_string(o->json, "node", node);
    json_put_string(o->json, "due", due);
    json_end_object(o->json);
    o->count++;
}

static bool may_see(const struct overdue *o, const char *node)
{
    const char *scope = o->r->session.account.scope;
    return !*scope || scope_holds(scope, node, strlen(node));
}

/* ---- the register ---- */

static bool inspected(const struct overdue *o, const char *node)
{
    static const char sql[] = "SELECT 1 FROM state WHERE type='summary' AND key='inspection-'||?1 AND"
                              " sensor=iif(?2='','',?2||'/')||'self' AND json_extract(object,'$.state')='signed'";
    return database_number(o->reader->main, 0, sql, "is", (int64_t)o->year, node) == 1;
}

static bool enterprise_row_of(void *context, const struct enterprise *e)
{
    struct overdue *o = context;
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)e->number);
    if (!may_see(o, e->node)) return true;
    if (e->overdue || e->never) put(o, "assessment", number, e->name, e->node, e->due);
    if (o->year && !inspected(o, e->node)) put(o, "inspection", number, e->name, e->node, o->inspection_due);
    return true;
}

/* ---- legal clocks of confirmed incidents ---- */

static void put_clocks(struct overdue *o, const char *id, const char *title, const char *node,
                       const struct clock_state *clocks, unsigned count)
{
    char due[DATE_LENGTH + 1], words[MATTER_TITLE_MAX + 128];
    for (unsigned i = 0; i < count; i++) {
        if (!clocks[i].overdue || clocks[i].done_us) continue; /* done late is done */
        date_of(clocks[i].due_us, due);
        snprintf(words, sizeof words, "%s：%s", title, clocks[i].channel->zh);
        put(o, matter_name[MATTER_CASE], id, words, node, due);
    }
}

static void below_row(void *context, const struct case_below *c)
{
    struct overdue *o = context;
    struct clock_state clocks[CLOCKS_MOST];
    const char *key = json_string_value(json_object_get(c->object, "key")),
               *title = json_string_value(json_object_get(c->object, "title"));
    const char *state = json_string_value(json_object_get(c->object, "state"));
    const struct state_word *word = state ? state_word_of(MATTER_CASE, state) : NULL;
    if (!word || word->last) return;
    put_clocks(o, key ? key : "", title ? title : "", c->node, clocks,
               cases_below_clocks(work_levels(o->r->api->work), c, o->at_us, clocks));
}

/* ---- what was sent, and what is to be done here ---- */

static bool node_row(void *context, const struct node_progress *p)
{
    struct overdue *o = context;
    char due[DATE_LENGTH + 1];
    date_of(o->matter->due_us, due);
    if (p->overdue && may_see(o, p->node))
        put(o, matter_name[o->matter->kind], o->matter->id, o->matter->title, p->node, due);
    return true;
}

enum { MATTERS_MOST = 500 };
struct found {
    struct matter list[MATTERS_MOST];
    unsigned count;
    int64_t at_us;
};

static bool keep(void *context, const struct matter *m)
{
    struct found *found = context;
    if (m->kind != MATTER_CASE && (!m->due_us || m->due_us >= found->at_us)) return true;
    found->list[found->count] = *m;
    json_incref(m->document);
    return ++found->count < MATTERS_MOST;
}

/* Its own once it waits for somebody here; by node where it was sent to some. */
static bool matter_rows(struct overdue *o, const struct matter *m, struct fault *fault)
{
    const struct downward *way = downward_of(m->kind);
    char due[DATE_LENGTH + 1];
    struct clock_state clocks[CLOCKS_MOST];
    o->matter = m;
    if (m->kind == MATTER_CASE) {
        put_clocks(o, m->id, m->title, "", clocks, case_clocks(o->r, m, o->at_us, clocks));
        return true;
    }
    if (way && way->own == m->kind)
        return work_progress(o->r->api->control, o->reader, m, o->at_us, node_row, o, fault);
    date_of(m->due_us, due);
    const char *sensor = json_string_value(json_object_get(m->document, "sensor"));
    bool done = strcmp(m->state, "measures_done") == 0 || strcmp(m->state, "resolved") == 0;
    if (!done && may_see(o, sensor ? sensor : "")) put(o, matter_name[m->kind], m->id, m->title, "", due);
    return true;
}

static bool all_matters(struct overdue *o, struct fault *fault)
{
    struct found *found = calloc(1, sizeof *found);
    struct matter_query query = {.kinds = (1u << MATTER_COUNT) - 1, .open = true, .limit = 10 * MATTERS_MOST};
    if (!found) abort();
    found->at_us = o->at_us;
    bool good = matters_list(o->r->api->control, &query, keep, found, fault);
    for (unsigned i = 0; i < found->count; i++) {
        good = good && matter_rows(o, &found->list[i], fault);
        matter_free(&found->list[i]);
    }
    free(found);
    return good;
}

static void overdue(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    int64_t at_us = request_time(r, "at");
    struct overdue o = {
        .r = r, .json = &reply->json, .at_us = at_us ? at_us : store_now_us(), .reader = request_reader(r, reply)};
    if (!o.reader) return;
    date_of(o.at_us, o.today);
    const char *day = work_inspection_due(r->api->work);
    if (*day) {
        snprintf(o.inspection_due, sizeof o.inspection_due, "%.4s-%.5s", o.today, day);
        if (strcmp(o.today, o.inspection_due) > 0) o.year = (int)strtol(o.today, NULL, 10);
    }
    json_begin_object(o.json, NULL);
    json_put_string(o.json, "as_of", o.today);
    json_begin_array(o.json, "items");
    bool good = register_list(r->api->control, 0, false, o.today, enterprise_row_of, &o, &fault) &&
                all_matters(&o, &fault) && work_cases_below(o.reader, below_row, &o, &fault);
    json_end_array(o.json);
    json_put_null(o.json, "next");
    json_put_uint(o.json, "total", o.count);
    json_end_object(o.json);
    if (!good) reply_fault(reply, &fault);
}

const struct route routes_overdue[] = {
    {"GET", "/overdue", OFFICER, 0, overdue, matter_at, NULL, "逾期清单：符合性评测、自查、预警、任务、通报、工单",
     "What is overdue: assessments, self-inspections, warnings, tasks, bulletins, tickets"},
    ROUTES_END,
};
