/* SPDX-License-Identifier: Apache-2.0 */
/* The self-inspection 工控安全自查 over the API: its years, what each item comes to and why, answers in and out, the
 * signing. The inspection is the node's own; what comes out of it: inspection_report.c. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/inspections.h"
#include "collector/api/later.h"
#include "collector/api/matters.h"
#include "collector/report/inspecting.h"
#include "collector/report/rollup.h"
#include "collector/service/log.h"
#include "collector/service/own_event.h"
#include "collector/store/internal.h"

enum { SAMPLE_ROWS = 5 };

/* The year of the path; 0: none, and the reply says so. */
static int year_of(struct request *r, struct reply *reply)
{
    char *end;
    long year = strtol(r->id, &end, 10);
    if (!request_in_scope(r, reply, OWN_SENSOR)) return 0;
    if (!*end && year >= INSPECTION_YEAR_LEAST && year <= INSPECTION_YEAR_MOST) return (int)year;
    reply_error(reply, API_NOT_FOUND, NULL);
    return 0;
}

static void none_or_fault(struct reply *reply, const struct fault *fault)
{
    if (fault->text[0])
        reply_fault(reply, fault);
    else
        reply_error(reply, API_NOT_FOUND, NULL);
}

bool inspection_find(struct request *r, struct reply *reply, struct inspection_record *record)
{
    struct fault fault = {""};
    int year = year_of(r, reply);
    if (!year) return false;
    if (inspection_get(r->api->control, year, record, &fault)) return true;
    none_or_fault(reply, &fault);
    return false;
}

static void put_verdict(struct json *j, const char *key, unsigned verdict)
{
    reply_words(j, key, verdict_name[verdict], verdict_zh[verdict], verdict_en[verdict]);
}

void inspection_put_counts(struct json *j, const unsigned counts[VERDICT_COUNT])
{
    json_begin_object(j, "counts");
    for (unsigned v = 0; v < VERDICT_COUNT; v++) json_put_uint(j, verdict_name[v], counts[v]);
    json_end_object(j);
}

/* ---- the years ---- */

static void put_record(struct json *j, const struct inspection_record *record)
{
    const struct state_word *word = state_word_of(MATTER_INSPECTION, record->state);
    json_put_int(j, "year", record->year);
    json_put_string(j, "template", record->template_name);
    reply_words(j, "state", record->state, word ? word->zh : "", word ? word->en : "");
    json_put_uint(j, "answered", record->answered);
}

static bool list_row(void *context, const struct inspection_record *record)
{
    struct json *j = context;
    json_begin_object(j, NULL);
    put_record(j, record);
    json_end_object(j);
    return true;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct json *j = &reply->json;
    if (!request_in_scope(r, reply, OWN_SENSOR)) return;
    json_begin_object(j, NULL);
    json_begin_array(j, "items");
    bool good = inspection_list(r->api->control, list_row, j, &fault);
    json_end_array(j);
    json_put_null(j, "next");
    json_begin_array(j, "templates");
    for (const char *const *name = inspection_templates; good && *name; name++) {
        struct inspection *in = inspection_open(*name, &fault);
        good = in;
        if (!in) break;
        json_begin_object(j, NULL);
        json_put_string(j, "name", in->name);
        json_put_string(j, "title", in->title);
        json_put_string(j, "number", in->number);
        json_put_uint(j, "items", in->count);
        json_end_object(j);
        inspection_close(in);
    }
    json_end_array(j);
    json_end_object(j);
    if (!good) reply_fault(reply, &fault);
}

static void create(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct inspection_record record;
    int year = (int)json_integer_value(json_object_get(r->body, "year"));
    const char *name = request_body_text(r, "template");
    if (!request_in_scope(r, reply, OWN_SENSOR)) return;
    struct signer signer = request_signer(r);
    if (!inspection_begin(r->api->control, &signer, year, name, r->session.account.name, store_now_us(), &fault)) {
        if (fault.text[0])
            reply_fault(reply, &fault);
        else
            reply_error(reply, API_CONFLICT, "该年度的自查已建立 / there is an inspection of that year");
        return;
    }
    if (!inspection_get(r->api->control, year, &record, &fault)) {
        none_or_fault(reply, &fault);
        return;
    }
    request_audit(r, "inspection.create", record.matter, name);
    reply->status = 201;
    list_row(&reply->json, &record);
}

/* ---- one year ---- */

struct reading {
    struct api *api;
    int year;
    bool again, found;
    struct standing standing;
    struct fault fault;
};

static void read_standing(void *context)
{
    struct reading *reading = context;
    reading->found =
        standing_read(reading->api->inspecting, reading->year, reading->again, &reading->standing, &reading->fault);
}

static void forget_standing(void *context)
{
    struct reading *reading = context;
    standing_free(reading->api->inspecting, &reading->standing);
    free(reading);
}

static void put_fact(struct json *j, const struct standing *s, const char *key, bool violation)
{
    const struct fact *fact = facts_get(s->facts, key);
    json_begin_object(j, NULL);
    json_put_uint(j, "number", facts_number(s->facts, fact));
    json_put_string(j, "key", key);
    json_put_string(j, "title", fact->kind->title);
    json_put_bool(j, "violation", violation);
    json_put_bool(j, "found", violation && fact->known && fact->value > 0);
    json_put_bool(j, "known", fact->known);
    json_put_double(j, "value", fact->value);
    json_put_string(j, "unit", fact->kind->columns ? "项" : fact->kind->unit ? fact->kind->unit : "");
    json_put_string(j, "columns", fact->kind->columns ? fact->kind->columns : "");
    json_begin_array(j, "rows"); /* the first of them; the report has all */
    for (unsigned i = 0; i < fact->row_count && i < SAMPLE_ROWS; i++) {
        json_begin_array(j, NULL);
        for (unsigned c = 0; c < fact->columns; c++) json_put_string(j, NULL, fact->rows[i][c]);
        json_end_array(j);
    }
    json_end_array(j);
    json_put_string(j, "sha256", fact->hash);
    json_end_object(j);
}

static void put_answer(struct json *j, const struct standing *s, const struct inspection_item *item,
                       const struct finding *f)
{
    unsigned i = 0;
    while (i < s->mark_count && s->marks[i].item != item->number) i++;
    if (i == s->mark_count) {
        json_put_null(j, "answer");
        return;
    }
    json_begin_object(j, "answer");
    put_verdict(j, "status", f->answered);
    json_put_string(j, "text", f->text);
    json_put_string(j, "evidence", f->evidence);
    json_put_string(j, "user", s->marks[i].user);
    reply_time(j, "time", s->marks[i].time_us);
    json_end_object(j);
}

static void put_item(struct json *j, const struct standing *s, unsigned i)
{
    static const char *const classes[] = {"A", "V", "Q"};
    const struct inspection_item *item = &s->inspection->items[i];
    const struct finding *f = &s->findings[i];
    json_begin_object(j, NULL);
    json_put_uint(j, "number", item->number);
    json_put_string(j, "part", item->part);
    json_put_string(j, "group", item->group);
    json_put_string(j, "class", classes[item->class]);
    json_put_string(j, "zh", item->zh);
    json_put_string(j, "ask", item->ask ? item->ask : "");
    put_answer(j, s, item, f);
    put_verdict(j, "verdict", f->verdict);
    json_put_bool(j, "automatic", f->automatic);
    json_put_bool(j, "manual", f->manual);
    json_put_bool(j, "conflict", f->conflict);
    json_begin_array(j, "evidence");
    for (unsigned k = 0; item->violations[k]; k++) put_fact(j, s, item->violations[k], true);
    for (unsigned k = 0; item->shows[k]; k++) put_fact(j, s, item->shows[k], false);
    json_end_array(j);
    json_end_object(j);
}

static void put_yaml(struct json *j, const char *key, const struct yaml_node *node)
{
    if (!node) {
        json_put_null(j, key);
    } else if (node->kind == YAML_MAPPING) {
        json_begin_object(j, key);
        for (const struct yaml_node *n = node->first; n; n = n->next) put_yaml(j, n->key->text, n);
        json_end_object(j);
    } else if (node->kind == YAML_LIST) {
        json_begin_array(j, key);
        for (const struct yaml_node *n = node->first; n; n = n->next) put_yaml(j, NULL, n);
        json_end_array(j);
    } else {
        json_put_string(j, key, node->text);
    }
}

static void put_blocks(struct json *j, const struct form *form, const struct yaml_node *answers)
{
    json_begin_array(j, "blocks");
    for (unsigned b = 0; b < form->count; b++) {
        const struct form_block *block = &form->blocks[b];
        json_begin_object(j, NULL);
        json_put_string(j, "name", block->name);
        json_put_string(j, "zh", block->zh);
        json_put_string(j, "en", block->en);
        json_put_bool(j, "list", block->list);
        json_begin_array(j, "fields");
        for (unsigned i = 0; i < block->field_count; i++) {
            json_begin_object(j, NULL);
            json_put_string(j, "zh", block->fields[i].zh);
            json_put_string(j, "en", block->fields[i].en);
            json_put_bool(j, "automatic", block->fields[i].automatic);
            json_end_object(j);
        }
        json_end_array(j);
        put_yaml(j, "value", yaml_get(answers, block->name));
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_standing(struct request *r, struct reply *reply, const struct standing *s, const struct form *form)
{
    struct json *j = &reply->json;
    unsigned counts[VERDICT_COUNT] = {0}, conflicts = 0;
    json_begin_object(j, NULL);
    put_record(j, &s->record);
    json_put_string(j, "title", s->inspection->title);
    json_put_string(j, "document_number", s->inspection->number);
    json_put_string(j, "certainty", s->inspection->certainty);
    reply_time(j, "read_at", s->facts_us);
    json_put_string(j, "answers_sha256", s->hash);
    json_begin_array(j, "items");
    for (unsigned i = 0; i < s->inspection->count; i++) {
        counts[s->findings[i].verdict]++;
        conflicts += s->findings[i].conflict;
        put_item(j, s, i);
    }
    json_end_array(j);
    inspection_put_counts(j, counts);
    json_put_uint(j, "conflicts", conflicts);
    put_blocks(j, form, yaml_root(s->answers));
    json_begin_array(j, "statuses");
    for (unsigned v = 0; v < VERDICT_COUNT; v++) put_verdict(j, NULL, v);
    json_end_array(j);
    matters_put_standing(r, reply, s->record.matter);
    json_end_object(j);
}

static void begin_reading(struct request *r, struct reply *reply, bool again)
{
    int year = year_of(r, reply);
    struct reading *reading = year ? calloc(1, sizeof *reading) : NULL;
    if (!year) return;
    if (!reading) abort();
    reading->api = r->api;
    reading->year = year;
    reading->again = again;
    later_begin(r, reply, read_standing, reading, forget_standing);
}

static void show(struct request *r, struct reply *reply)
{
    struct reading *reading = r->later;
    if (!reading) {
        begin_reading(r, reply, request_flag(r, "refresh"));
        return;
    }
    const struct form *form = form_get(&reading->fault);
    if (reading->found && form)
        put_standing(r, reply, &reading->standing, form);
    else
        none_or_fault(reply, &reading->fault);
}

/* ---- answers ---- */

static void wrong_answers(struct reply *reply, const struct fault *fault)
{
    char detail[sizeof fault->text];
    snprintf(detail, sizeof detail, "%s", fault->text);
    reply_error(reply, API_BAD_BODY, detail);
}

static void take(struct request *r, struct reply *reply, const struct inspection_record *record,
                 const struct yaml *document, const char *what)
{
    struct fault fault = {""};
    struct answers_taken taken;
    struct inspection *in = inspection_open(record->template_name, &fault);
    enum answers_result result = in ? answers_put(r->api->control, record, in, yaml_root(document),
                                                  r->session.account.name, store_now_us(), &taken, &fault)
                                    : ANSWERS_FAILED;
    inspection_close(in);
    switch (result) {
    case ANSWERS_DONE:
        request_audit(r, "inspection.answer", record->matter, what);
        json_begin_object(&reply->json, NULL);
        json_put_uint(&reply->json, "items", taken.items);
        json_put_uint(&reply->json, "blocks", taken.blocks);
        json_end_object(&reply->json);
        return;
    case ANSWERS_WRONG:
        wrong_answers(reply, &fault);
        return;
    case ANSWERS_CLOSED:
        reply_error(reply, API_CONFLICT, "自查不在填报中，不能修改 / it is no longer being filled in");
        return;
    case ANSWERS_FAILED:
        reply_fault(reply, &fault);
    }
}

/* One answer is a questionnaire of one item. */
static void answer(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct inspection_record record;
    char item[24];
    unsigned verdict = 0;
    if (!inspection_find(r, reply, &record)) return;
    snprintf(item, sizeof item, "%lld", (long long)json_integer_value(json_object_get(r->body, "item")));
    while (strcmp(verdict_name[verdict], request_body_text(r, "status")) != 0) verdict++;
    json_t *document = json_pack("{s:{s:{s:s,s:s,s:s}}}", "items", item, "status", verdict_zh[verdict], "text",
                                 request_body_text(r, "text"), "evidence", request_body_text(r, "evidence"));
    char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
    struct yaml *yaml = text ? yaml_load_text("answer", text, strlen(text), &fault) : NULL;
    if (yaml)
        take(r, reply, &record, yaml, item);
    else
        wrong_answers(reply, &fault);
    yaml_close(yaml);
    free(text);
    json_decref(document);
}

/* The uploaded file's text, to be freed; its path is nobody's business, so that faults name it otherwise. */
static char *read_upload(const struct request *r, size_t *length)
{
    FILE *in = fopen(r->upload, "rbe");
    char *text = malloc(r->upload_bytes + 1);
    if (!text) abort();
    *length = in ? fread(text, 1, r->upload_bytes, in) : 0;
    if (in) fclose(in);
    return text;
}

static void import(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct inspection_record record;
    size_t length;
    if (!inspection_find(r, reply, &record)) return;
    if (r->upload_bytes > YAML_FILE_CAP) {
        reply_error(reply, API_TOO_LARGE, NULL);
        return;
    }
    char *text = read_upload(r, &length);
    struct yaml *yaml = yaml_load_text("questionnaire", text, length, &fault);
    if (yaml)
        take(r, reply, &record, yaml, "questionnaire");
    else
        wrong_answers(reply, &fault);
    yaml_close(yaml);
    free(text);
}

void inspection_send(struct reply *reply, struct MHD_Response *response, const char *type, const char *name)
{
    char disposition[128];
    if (!response) abort();
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"", name);
    MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "Content-Disposition", disposition);
    reply->response = response;
}

static void export(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct inspection_record record;
    char *text = NULL, name[64];
    size_t length = 0;
    if (!inspection_find(r, reply, &record)) return;
    FILE *out = open_memstream(&text, &length);
    if (!out) abort();
    bool good = answers_write(control_lock(r->api->control), record.year, out, &fault);
    control_unlock(r->api->control);
    fclose(out);
    if (!good) {
        free(text);
        reply_fault(reply, &fault);
        return;
    }
    snprintf(name, sizeof name, "self-inspection-%d.yaml", record.year);
    inspection_send(reply, MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE),
                    "application/yaml; charset=utf-8", name);
}

/* ---- the signing ---- */

/* What was answered and what it came to is part of the step, and so of its signature. */
static void take_step(struct request *r, struct reply *reply, const struct standing *s)
{
    struct fault fault = {""};
    char verdicts[ITEMS_MOST + 1];
    standing_verdicts(s, verdicts);
    snprintf(r->id, sizeof r->id, "%s", s->record.matter);
    json_object_set_new(r->body, "answers_sha256", json_string(s->hash));
    json_object_set_new(r->body, "verdicts", json_string(verdicts));
    if (strcmp(request_body_text(r, "action"), "submit") == 0)
        json_object_set_new(r->body, "owner", json_string(r->session.account.name));
    matters_take(r, reply, 1u << MATTER_INSPECTION);
    if (reply->status && reply->status != MHD_HTTP_OK) return;
    if (!inspection_set_verdicts(r->api->control, s->record.year, verdicts, &fault) ||
        !rollup_tell(r->api->control, r->api->store, &fault))
        log_line(LOG_LINE_ERROR, "%s", fault.text);
}

static void step(struct request *r, struct reply *reply)
{
    struct reading *reading = r->later;
    if (!reading)
        begin_reading(r, reply, false);
    else if (reading->found)
        take_step(r, reply, &reading->standing);
    else
        none_or_fault(reply, &reading->fault);
}

/* ---- the table ---- */

static const struct parameter inspection_body[] = {
    {"year", PARAMETER_UINT, INSPECTION_YEAR_LEAST, INSPECTION_YEAR_MOST, NULL, true, "年度", "year"},
    {"template", PARAMETER_NAMES, 0, 0, inspection_templates, true, "自查依据", "guideline that it follows"},
    END,
};
static const struct parameter answer_body[] = {
    {"item", PARAMETER_UINT, 1, 999, NULL, true, "条目编号", "number of the item"},
    {"status", PARAMETER_NAMES, 0, 0, verdict_name, true, "结论", "answer"},
    TEXT("text", 4000, "说明", "in words"),
    TEXT("evidence", 2000, "佐证材料", "what it rests on"),
    END,
};
static const struct parameter inspection_step_body[] = {
    REQUIRED("action", 32, "步骤", "step"),
    TEXT("comment", 2000, "说明", "comment"),
    TEXT("signatory", MATTER_TITLE_MAX, "签字的第一责任人（法定代表人或经营负责人）",
         "the person responsible who signs"),
    END,
};
static const struct parameter refresh[] = {
    {"refresh", PARAMETER_BOOL, 0, 0, NULL, false, "重新取证，默认五分钟内沿用", "look again; kept for five minutes"},
    END,
};

const struct route routes_inspections[] = {
    {"GET", "/inspections", OFFICER, 0, list, NULL, NULL, "各年度工控安全自查", "Self-inspections by year"},
    {"POST", "/inspections", OFFICER, ROUTE_PERSON, create, NULL, inspection_body, "建立年度自查",
     "Begin a year's self-inspection"},
    {"GET", "/inspections/{id}", OFFICER, 0, show, refresh, NULL, "年度自查：逐条取证、答复、结论与冲突",
     "A year's items with evidence, answer, verdict and contradiction"},
    {"POST", "/inspections/{id}/answers", OFFICER, ROUTE_PERSON, answer, NULL, answer_body, "填写一条",
     "Answer an item"},
    {"GET", "/inspections/{id}/questionnaire", OFFICER, 0, export, NULL, NULL, "导出问卷（YAML）",
     "The answers as YAML"},
    {"POST", "/inspections/{id}/questionnaire", OFFICER, ROUTE_PERSON | ROUTE_FILE, import, NULL, NULL,
     "导入问卷（请求体为 YAML 或 JSON），其中有的条目和表块被替换",
     "Answers from YAML or JSON; what is in it replaces"},
    {"POST", "/inspections/{id}/steps", OFFICER, ROUTE_PERSON, step, NULL, inspection_step_body, "提交、审核、签署",
     "Submit, review, sign"},
    ROUTES_END,
};
