/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings 预警, tasks 任务, bulletins 通报 and tickets 处置工单: their forms and their routes. The eight unified
 * fields of a warning are category, level, starts_at, affects, notice, precautions, authority and published_at; the
 * last two are filled when it is published. */
#include "collector/api/matters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/devices.h"
#include "collector/store/internal.h"

enum {
    WARNINGS = 1u << MATTER_WARNING | 1u << MATTER_NOTICE,
    TASKS = 1u << MATTER_TASK | 1u << MATTER_ASSIGNMENT,
    BULLETINS = 1u << MATTER_BULLETIN | 1u << MATTER_CIRCULAR,
    TICKETS = 1u << MATTER_TICKET
};

/* ---- what is known of each node, and of one's own devices ---- */

static bool node_row(void *context, const struct node_progress *p)
{
    struct json *j = &((struct reply *)context)->json;
    char *answer = p->answer ? json_dumps(p->answer, JSON_COMPACT) : NULL;
    json_begin_object(j, NULL);
    json_put_string(j, "node", p->node);
    json_put_bool(j, "direct", p->direct);
    reply_time(j, "delivered", p->delivered_us);
    json_put_string(j, "state", p->state);
    json_put_uint(j, "version", p->version);
    reply_time(j, "answered", p->answered_us);
    if (answer)
        json_put_raw(j, "answer", answer, strlen(answer));
    else
        json_put_null(j, "answer");
    json_put_bool(j, "done", p->done);
    json_put_bool(j, "overdue", p->overdue);
    json_end_object(j);
    free(answer);
    return true;
}

/* How many of the devices here the warning is about, by vendor and model; a person confirms. */
static void propose_count(struct request *r, struct reply *reply, const struct matter *m)
{
    struct fault fault = {""};
    char words[512];
    uint64_t count = 0;
    const char *vendor = json_string_value(json_object_get(m->document, "vendor")),
               *model = json_string_value(json_object_get(m->document, "model"));
    snprintf(words, sizeof words, "%s %s", vendor ? vendor : "", model ? model : "");
    struct device_query query = {.text = words, .limit = 1};
    struct store_reader *reader = vendor || model ? request_reader(r, reply) : NULL;
    if (reader && devices_total(reader, &query, &count, &fault))
        json_put_uint(&reply->json, "proposed_count", count);
    else
        json_put_null(&reply->json, "proposed_count");
}

static void more(struct request *r, struct reply *reply, const struct matter *m)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    int64_t at_us = request_time(r, "at");
    if (!reader) return;
    json_begin_array(&reply->json, "nodes");
    bool good = work_progress(r->api->control, reader, m, at_us ? at_us : store_now_us(), node_row, reply, &fault);
    json_end_array(&reply->json);
    propose_count(r, reply, m);
    if (!good) reply_fault(reply, &fault);
}

/* ---- warnings ---- */

static void list_warnings(struct request *r, struct reply *reply) { matters_show_list(r, reply, WARNINGS); }
static void show_warning(struct request *r, struct reply *reply) { matters_show_one(r, reply, WARNINGS, more); }
static void step_warning(struct request *r, struct reply *reply) { matters_take(r, reply, WARNINGS); }

static void create_warning(struct request *r, struct reply *reply)
{
    unsigned level =
        warning_level(work_levels(r->api->work), request_body_text(r, "importance"), request_body_text(r, "damage"));
    if (level)
        matters_create(r, reply, MATTER_WARNING, level);
    else
        reply_error(reply, API_BAD_BODY, "importance, damage");
}

#define TARGET                                                                                                         \
    TEXT("target", 2000, "下级节点或区域，逗号分隔；空为全部", "nodes or regions below, with commas; empty: all"),     \
        TEXT("industry", 200, "涉及行业", "industry"), TEXT("vendor", 100, "涉及厂商", "vendor"),                      \
        TEXT("model", 100, "涉及型号", "model"),                                                                       \
    {                                                                                                                  \
        "due", PARAMETER_TIME, 0, 0, NULL, false, "反馈期限", "reply by"                                               \
    }

static const struct parameter warning_body[] = {
    REQUIRED("title", MATTER_TITLE_MAX, "标题", "title"),
    REQUIRED("category", 100, "预警类别", "category"),
    REQUIRED("importance", 32, "保护对象重要程度：vital、important、ordinary", "importance of what is protected"),
    REQUIRED("damage", 32, "可能受损程度：extreme、serious、considerable、slight", "damage that it may take"),
    {"starts_at", PARAMETER_TIME, 0, 0, NULL, false, "起始时间", "from when on"},
    REQUIRED("affects", 2000, "可能影响范围", "what it may affect"),
    REQUIRED("notice", 8000, "警示事项", "what is warned of"),
    REQUIRED("precautions", 8000, "防范措施", "what to do against it"),
    TARGET,
    END,
};
#define LEVEL_AND_COMMENT                                                                                              \
    REQUIRED("action", 32, "步骤", "step"), TEXT("comment", 2000, "说明", "comment"),                                  \
    {                                                                                                                  \
        "level", PARAMETER_UINT, 1, 4, NULL, false, "级别，1 最重", "level, 1 the gravest"                             \
    }
static const struct parameter step_body[] = {
    LEVEL_AND_COMMENT,
    {"affected", PARAMETER_BOOL, 0, 0, NULL, false, "是否受影响", "whether one is affected"},
    {"count", PARAMETER_UINT, 0, 100000000, NULL, false, "受影响设备数，由人确认",
     "devices affected, as a person says"},
    TEXT("measures", 8000, "已采取的措施", "measures taken"),
    TEXT("evidence", 2000, "证据编号，逗号分隔", "ids of evidence, with commas"),
    TEXT("notice", 8000, "调整后的警示事项", "what is warned of, adjusted"),
    TEXT("target", 2000, "转发到的下级节点或区域；空为全部", "where it is forwarded to; empty: all below"),
    {"due", PARAMETER_TIME, 0, 0, NULL, false, "反馈期限", "reply by"},
    END,
};

/* ---- tasks ---- */

static void list_tasks(struct request *r, struct reply *reply) { matters_show_list(r, reply, TASKS); }
static void show_task(struct request *r, struct reply *reply) { matters_show_one(r, reply, TASKS, more); }
static void step_task(struct request *r, struct reply *reply) { matters_take(r, reply, TASKS); }
static void create_task(struct request *r, struct reply *reply) { matters_create(r, reply, MATTER_TASK, 0); }

static const char *const task_types[] = {"inspect", "rectify", "watch", NULL};
static const struct parameter task_body[] = {
    REQUIRED("title", MATTER_TITLE_MAX, "标题", "title"),
    {"type", PARAMETER_NAMES, 0, 0, task_types, true, "inspect 排查，rectify 整改，watch 重点监测",
     "inspect, rectify, or watch closely"},
    REQUIRED("content", 8000, "任务要求", "what is to be done"),
    TEXT("evidence_wanted", 2000, "须提交的证据", "evidence wanted"),
    TARGET,
    END,
};

/* ---- bulletins ---- */

static void list_bulletins(struct request *r, struct reply *reply) { matters_show_list(r, reply, BULLETINS); }
static void show_bulletin(struct request *r, struct reply *reply) { matters_show_one(r, reply, BULLETINS, more); }
static void step_bulletin(struct request *r, struct reply *reply) { matters_take(r, reply, BULLETINS); }
static void create_bulletin(struct request *r, struct reply *reply) { matters_create(r, reply, MATTER_BULLETIN, 0); }

static const struct parameter bulletin_body[] = {
    REQUIRED("title", MATTER_TITLE_MAX, "标题", "title"),
    REQUIRED("category", 100, "通报类别：事件、漏洞、检查情况等",
             "what it is about: incidents, vulnerabilities, findings …"),
    REQUIRED("content", 16000, "通报内容", "what is told"),
    TEXT("requirements", 8000, "工作要求", "what is asked of who reads it"),
    TARGET,
    END,
};
static const struct parameter bulletin_step_body[] = {
    REQUIRED("action", 32, "步骤", "step"),
    TEXT("comment", 2000, "说明", "comment"),
    TEXT("target", 2000, "转发到的下级节点或区域；空为全部", "where it is forwarded to; empty: all below"),
    END,
};

/* ---- tickets ---- */

static void list_tickets(struct request *r, struct reply *reply) { matters_show_list(r, reply, TICKETS); }
static void show_ticket(struct request *r, struct reply *reply) { matters_show_one(r, reply, TICKETS, NULL); }
static void step_ticket(struct request *r, struct reply *reply) { matters_take(r, reply, TICKETS); }
static void create_ticket(struct request *r, struct reply *reply)
{
    if (request_in_scope(r, reply, request_body_text(r, "sensor")))
        matters_create(r, reply, MATTER_TICKET, (unsigned)json_integer_value(json_object_get(r->body, "priority")));
}

static const struct parameter ticket_body[] = {
    REQUIRED("title", MATTER_TITLE_MAX, "标题", "title"),
    REQUIRED("content", 8000, "处置要求", "what is to be done"),
    {"priority", PARAMETER_UINT, 1, 4, NULL, false, "优先级，1 最急", "priority, 1 the most urgent"},
    TEXT("alert", 64, "来源告警编号", "id of the alert that it is about"),
    TEXT("incident", 32, "来源事件组编号", "number of the incident"),
    TEXT("matter", 64, "来源预警、任务或事件编号", "id of the warning, task or case"),
    TEXT("sensor", 63, "探针", "sensor"),
    TEXT("device", 128, "设备", "device"),
    {"due", PARAMETER_TIME, 0, 0, NULL, false, "办结期限", "due"},
    END,
};
static const struct parameter ticket_step_body[] = {
    REQUIRED("action", 32, "步骤", "step"),
    TEXT("comment", 2000, "说明", "comment"),
    TEXT("owner", MATTER_PERSON_MAX, "责任人", "the person responsible"),
    TEXT("measures", 8000, "处置措施", "measures"),
    TEXT("evidence", 2000, "证据编号，逗号分隔", "ids of evidence, with commas"),
    TEXT("effect", 2000, "处置效果", "effect"),
    {"due", PARAMETER_TIME, 0, 0, NULL, false, "办结期限", "due"},
    END,
};

const struct route routes_warnings[] = {
    {"GET", "/warnings", OFFICER, 0, list_warnings, matter_filters, NULL, "预警列表", "Warnings, own and received"},
    {"POST", "/warnings", OFFICER, 0, create_warning, NULL, warning_body, "起草预警", "Draft a warning"},
    {"GET", "/warnings/{id}", OFFICER, 0, show_warning, matter_at, NULL, "预警详情、各步骤、各节点反馈",
     "One warning with its steps and each node's answer"},
    {"POST", "/warnings/{id}/steps", OFFICER, ROUTE_PERSON, step_warning, NULL, step_body, "办理预警",
     "Take a step with a warning"},
    {"GET", "/tasks", OFFICER, 0, list_tasks, matter_filters, NULL, "任务列表", "Tasks, own and received"},
    {"POST", "/tasks", OFFICER, 0, create_task, NULL, task_body, "起草任务", "Draft a task"},
    {"GET", "/tasks/{id}", OFFICER, 0, show_task, matter_at, NULL, "任务详情、各步骤、各节点反馈",
     "One task with its steps and each node's answer"},
    {"POST", "/tasks/{id}/steps", OFFICER, ROUTE_PERSON, step_task, NULL, step_body, "办理任务",
     "Take a step with a task"},
    {"GET", "/bulletins", OFFICER, 0, list_bulletins, matter_filters, NULL, "通报列表", "Bulletins, own and received"},
    {"POST", "/bulletins", OFFICER, 0, create_bulletin, NULL, bulletin_body, "起草通报", "Draft a bulletin"},
    {"GET", "/bulletins/{id}", OFFICER, 0, show_bulletin, matter_at, NULL, "通报详情、各步骤、各节点签收",
     "One bulletin with its steps and each node's receipt"},
    {"POST", "/bulletins/{id}/steps", OFFICER, ROUTE_PERSON, step_bulletin, NULL, bulletin_step_body, "办理通报",
     "Take a step with a bulletin"},
    {"GET", "/tickets", OFFICER, 0, list_tickets, matter_filters, NULL, "处置工单列表", "Tickets"},
    {"POST", "/tickets", OFFICER, 0, create_ticket, NULL, ticket_body, "新建处置工单", "Open a ticket"},
    {"GET", "/tickets/{id}", OFFICER, 0, show_ticket, NULL, NULL, "处置工单详情", "One ticket with its steps"},
    {"POST", "/tickets/{id}/steps", OFFICER, ROUTE_PERSON, step_ticket, NULL, ticket_step_body, "办理处置工单",
     "Take a step with a ticket"},
    ROUTES_END,
};
