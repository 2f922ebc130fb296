/* SPDX-License-Identifier: Apache-2.0 */
/* The register of enterprises 分类分级 over the API: the form, the list, and the overdue list. */
#include "collector/service/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/routes.h"
#include "collector/report/rollup.h"
#include "collector/store/internal.h"
#include "collector/store/scope.h"

struct listing {
    struct reply *reply;
    const char *scope;
    unsigned count;
    bool foreign;                /* the one that was asked for */
    struct store_reader *reader; /* NULL: without the controls */
};

/* What the factors come to, factor by factor. */
static void put_proposal(struct json *j, const char *document)
{
    struct grading_score score;
    json_t *form = json_loads(document, 0, NULL);
    grading_propose(form, &score);
    json_decref(form);
    json_begin_object(j, "proposed");
    if (score.grade)
        json_put_uint(j, "grade", score.grade);
    else
        json_put_null(j, "grade");
    json_put_double(j, "least", score.least);
    json_put_double(j, "most", score.most);
    json_put_uint(j, "missing", score.missing);
    json_begin_array(j, "parts");
    for (unsigned i = 0; i < score.count; i++) {
        const struct grading_part *part = &score.parts[i];
        json_begin_object(j, NULL);
        json_put_string(j, "name", part->name);
        json_put_string(j, "zh", part->zh);
        json_put_string(j, "en", part->en);
        if (part->value < 0)
            json_put_null(j, "value");
        else
            json_put_int(j, "value", part->value);
        json_put_double(j, "weight", part->weight);
        json_put_double(j, "points", part->points);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

/* How bad a verdict is, the worst first. */
static unsigned badness(char verdict)
{
    static const unsigned char order[VERDICT_COUNT] = {
        [VERDICT_UNMET] = 4, [VERDICT_PARTLY] = 3, [VERDICT_OPEN] = 2, [VERDICT_MET] = 1, [VERDICT_NOT_APPLICABLE] = 0};
    unsigned v = (unsigned)(verdict - '0');
    return v < VERDICT_COUNT ? order[v] : order[VERDICT_OPEN];
}

/* The controls of its grade, each with the worst verdict of its items in the last self-inspection that is known. */
static void put_controls(struct listing *l, const struct enterprise *e)
{
    struct json *j = &l->reply->json;
    char verdicts[ITEMS_MOST + 1], words[16];
    int year = rollup_verdicts(l->reader->main, e->node, inspection_templates[0], verdicts);
    size_t i, k;
    json_t *control, *item;
    json_begin_array(j, "controls");
    json_array_foreach(grading_controls(enterprise_grade(e)), i, control)
    {
        const char *worst = NULL;
        json_begin_object(j, NULL);
        json_put_string(j, "zh", json_string_value(json_object_get(control, "zh")));
        json_put_string(j, "en", json_string_value(json_object_get(control, "en")));
        json_begin_array(j, "items");
        json_array_foreach(json_object_get(control, "items"), k, item)
        {
            size_t number = (size_t)json_integer_value(item);
            json_put_uint(j, NULL, number);
            const char *verdict = year && number && number <= strlen(verdicts) ? &verdicts[number - 1] : NULL;
            if (verdict && (!worst || badness(*verdict) > badness(*worst))) worst = verdict;
        }
        json_end_array(j);
        unsigned v = worst ? (unsigned)(*worst - '0') : VERDICT_COUNT;
        if (v < VERDICT_COUNT)
            reply_words(j, "verdict", verdict_name[v], verdict_zh[v], verdict_en[v]);
        else
            json_put_null(j, "verdict");
        json_end_object(j);
    }
    json_end_array(j);
    snprintf(words, sizeof words, "%d", year);
    json_put_string(j, "inspected", year ? words : "");
}

static bool list_row(void *context, const struct enterprise *e)
{
    struct listing *l = context;
    struct json *j = &l->reply->json;
    if (*l->scope && !scope_holds(l->scope, e->node, strlen(e->node))) {
        l->foreign = true;
        return true;
    }
    l->count++;
    json_begin_object(j, NULL);
    json_put_int(j, "number", e->number);
    json_put_string(j, "name", e->name);
    json_put_string(j, "class", e->class);
    json_put_string(j, "node", e->node);
    json_put_uint(j, "self_grade", e->self_grade);
    json_put_uint(j, "verified_grade", e->verified_grade);
    json_put_uint(j, "grade", enterprise_grade(e));
    json_put_string(j, "assessed", e->assessed);
    json_put_string(j, "due", e->due);
    json_put_bool(j, "overdue", e->overdue);
    json_put_bool(j, "never_assessed", e->never);
    json_put_raw(j, "document", e->document, strlen(e->document));
    put_proposal(j, e->document);
    if (l->reader) put_controls(l, e);
    json_end_object(j);
    return true;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char today[DATE_LENGTH + 1];
    int64_t at_us = request_time(r, "at");
    struct listing listing = {.reply = reply, .scope = r->session.account.scope};
    date_of(at_us ? at_us : store_now_us(), today);
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = register_list(r->api->control, 0, request_flag(r, "overdue"), today, list_row, &listing, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static void show(struct request *r, struct reply *reply, int64_t number)
{
    struct fault fault = {""};
    char today[DATE_LENGTH + 1];
    struct listing listing = {.reply = reply, .scope = r->session.account.scope, .reader = request_reader(r, reply)};
    if (!listing.reader) return;
    date_of(store_now_us(), today);
    if (!number || !register_list(r->api->control, number, false, today, list_row, &listing, &fault)) listing.count = 0;
    if (fault.text[0])
        reply_fault(reply, &fault);
    else if (!listing.count)
        reply_error(reply, listing.foreign ? API_FOREIGN : API_NOT_FOUND, NULL);
}

static void show_one(struct request *r, struct reply *reply) { show(r, reply, strtoll(r->id, NULL, 10)); }

static void put(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char date[DATE_LENGTH + 1];
    json_t *document = json_copy(r->body);
    static const char *const columns[] = {"name", "class", "node", "self_grade", "verified_grade", "assessed"};
    struct enterprise e = {
        .name = request_body_text(r, "name"),
        .class = request_body_text(r, "class"),
        .node = request_body_text(r, "node"),
        .self_grade = (unsigned)json_integer_value(json_object_get(r->body, "self_grade")),
        .verified_grade = (unsigned)json_integer_value(json_object_get(r->body, "verified_grade")),
        .assessed = request_body_text(r, "assessed"),
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) json_object_del(document, columns[i]);
    char *text = json_dumps(document, JSON_COMPACT);
    e.document = text;
    if (!text) abort();
    if (!grading_knows_class(e.class))
        reply_error(reply, API_BAD_BODY, "class");
    else if (*e.assessed && !date_add_months(e.assessed, 0, date))
        reply_error(reply, API_BAD_BODY, "assessed");
    else if (request_in_scope(r, reply, e.node)) {
        int64_t number = register_put(r->api->control, &e, r->session.account.name, store_now_us(), &fault);
        if (number) {
            request_audit(r, "enterprise.put", e.name, text);
            show(r, reply, number);
        } else
            reply_fault(reply, &fault);
    }
    free(text);
    json_decref(document);
}

static void grading(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    const json_t *model = grading_model(&fault);
    char *text = model ? json_dumps(model, JSON_COMPACT) : NULL;
    (void)r;
    if (text)
        json_put_raw(&reply->json, NULL, text, strlen(text));
    else
        reply_fault(reply, &fault);
    free(text);
}

static const struct parameter filters[] = {
    {"overdue", PARAMETER_BOOL, 0, 0, NULL, false, "只列逾期和从未评测的", "those overdue or never assessed"},
    {"at", PARAMETER_TIME, 0, 0, NULL, false, "按此时刻计算，默认现在", "as of this time, now unless told"},
    END,
};
#define SCORE(name, zh, en)                                                                                            \
    {                                                                                                                  \
        name, PARAMETER_UINT, 0, 100, NULL, false, zh, en                                                              \
    }
static const struct parameter body[] = {
    REQUIRED("name", 200, "企业名称", "name of the enterprise"),
    REQUIRED("class", 32, "类别：connected、platform、identifier", "class"),
    REQUIRED("legal_representative", 100, "法定代表人（第一责任人）", "legal representative, first responsible"),
    REQUIRED("operations_head", 100, "经营负责人", "head of operations"),
    TEXT("node", 63, "其采集端的节点名", "node of its collector"),
    TEXT("filing_no", 100, "备案编号", "number of its filing"),
    TEXT("industry", 200, "行业", "industry"),
    {"self_grade", PARAMETER_UINT, 1, 3, NULL, false, "自主定级，3 最高", "grade by itself, 3 the highest"},
    {"verified_grade", PARAMETER_UINT, 1, 3, NULL, false, "核查定级", "grade as verified"},
    TEXT("assessed", DATE_LENGTH, "上次评测日期（年-月-日）", "date of the last assessment"),
    SCORE("scale", "规模", "size"),
    SCORE("scope", "业务范围", "scope of business"),
    SCORE("use", "应用工业互联网程度", "use of the industrial Internet"),
    SCORE("systems", "运营重要系统程度", "important systems"),
    SCORE("data", "掌握重要数据程度", "important data"),
    SCORE("importance", "对行业和供应链重要程度", "importance to trade and supply chains"),
    SCORE("consequence", "事件影响后果", "consequence of an incident"),
    TEXT("remark", 2000, "备注", "remark"),
    END,
};

const struct route routes_register[] = {
    {"GET", "/grading", OFFICER, 0, grading, NULL, NULL, "分类分级规则", "Classes, grades, factors and periods"},
    {"GET", "/enterprises", OFFICER, 0, list, filters, NULL, "企业分类分级台账，逾期清单",
     "Register of enterprises, overdue list"},
    {"POST", "/enterprises", OFFICER, 0, put, NULL, body, "登记或更新企业", "Register an enterprise, or change it"},
    {"GET", "/enterprises/{id}", OFFICER, 0, show_one, NULL, NULL, "企业登记详情", "One enterprise"},
    ROUTES_END,
};
