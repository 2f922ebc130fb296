/* SPDX-License-Identifier: Apache-2.0 */
/* The register of trainings, drills and assessments over the API. */
#include "collector/service/trainings.h"

#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/own_event.h"
#include "collector/store/internal.h"
#include "common/event.h"

enum { HEADS_MOST = 1000000 };

struct totals {
    struct json *json;
    uint64_t entries, heads, passed, examined;
};

static void put_training(struct json *j, const struct training *t)
{
    json_begin_object(j, NULL);
    json_put_string(j, "id", t->id);
    json_put_string(j, "kind", t->kind);
    json_put_string(j, "topic", t->topic);
    reply_time(j, "held", t->held_us);
    json_put_string(j, "organiser", t->organiser);
    json_put_int(j, "heads", t->heads);
    if (t->passed >= 0)
        json_put_int(j, "passed", t->passed);
    else
        json_put_null(j, "passed");
    json_put_string(j, "result", t->result);
    if (t->exercise) json_put_int(j, "exercise", t->exercise);
    json_put_string(j, "user", t->user);
    reply_time(j, "created", t->created_us);
    json_put_string(j, "withdrawn_by", t->withdrawn_by);
    json_end_object(j);
}

static void list_row(void *context, const struct training *t)
{
    struct totals *all = context;
    put_training(all->json, t);
    if (*t->withdrawn_by) return;
    all->entries++;
    all->heads += (uint64_t)t->heads;
    if (t->passed < 0) return;
    all->examined += (uint64_t)t->heads;
    all->passed += (uint64_t)t->passed;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct totals totals = {.json = &reply->json};
    struct training_query query = {.kind = request_text(r, "kind"),
                                   .since_us = request_time(r, "since"),
                                   .until_us = request_time(r, "until"),
                                   .withdrawn = request_flag(r, "all")};
    if (!request_in_scope(r, reply, OWN_SENSOR)) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = trainings_list(r->api->control, &query, list_row, &totals, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_put_uint(&reply->json, "total", totals.entries);
    json_put_uint(&reply->json, "heads", totals.heads);
    json_put_uint(&reply->json, "examined", totals.examined);
    json_put_uint(&reply->json, "passed", totals.passed);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* A whole number in a text; -1: none is there; -2: no number. */
static int64_t number_of(const char *text, int64_t most)
{
    char *end;
    if (!*text) return -1;
    long long value = strtoll(text, &end, 10);
    return *end || value < 0 || value > most ? -2 : value;
}

static void create(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char id[ULID_LENGTH + 1];
    const char *held = request_body_text(r, "held");
    int64_t now_us = store_now_us(), exercise = number_of(request_body_text(r, "exercise"), INT64_MAX);
    struct training t = {.id = id,
                         .kind = request_body_text(r, "kind"),
                         .topic = request_body_text(r, "topic"),
                         .organiser = request_body_text(r, "organiser"),
                         .result = request_body_text(r, "result"),
                         .user = r->session.account.name,
                         .withdrawn_by = "",
                         .held_us = store_time_us(held, strlen(held)),
                         .created_us = now_us,
                         .heads = number_of(request_body_text(r, "heads"), HEADS_MOST),
                         .passed = number_of(request_body_text(r, "passed"), HEADS_MOST),
                         .exercise = exercise > 0 ? exercise : 0};
    if (!request_in_scope(r, reply, OWN_SENSOR)) return;
    const char *wrong = t.held_us <= 0 || t.held_us > now_us  ? "held" /* the register tells what was */
                        : t.heads < 0                         ? "heads"
                        : t.passed < -1 || t.passed > t.heads ? "passed"
                        : exercise == -2                      ? "exercise"
                                                              : NULL;
    if (wrong) {
        reply_error(reply, API_BAD_BODY, wrong);
        return;
    }
    store_ulid(id, now_us);
    if (!trainings_add(r->api->control, &t, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    request_audit(r, "training.create", id, t.topic);
    reply->status = 201;
    put_training(&reply->json, &t);
}

static void withdraw(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    if (!request_in_scope(r, reply, OWN_SENSOR)) return;
    int done = trainings_withdraw(r->api->control, r->id, r->session.account.name, &fault);
    if (done < 0) {
        reply_fault(reply, &fault);
    } else if (!done) {
        reply_error(reply, API_NOT_FOUND, NULL);
    } else {
        request_audit(r, "training.withdraw", r->id, "");
        reply->status = 204;
    }
}

static const struct parameter training_filters[] = {
    {"kind", PARAMETER_NAMES, 0, 1, training_kind, false, "类别", "kind"},
    SPAN,
    {"all", PARAMETER_BOOL, 0, 0, NULL, false, "也列出已撤销的", "those withdrawn, too"},
    END,
};
static const struct parameter training_body[] = {
    {"kind", PARAMETER_NAMES, 0, 1, training_kind, true, "类别：培训、演练、评估", "training, drill or assessment"},
    REQUIRED("topic", 200, "主题", "topic"),
    {"held", PARAMETER_TIME, 0, 0, NULL, true, "举办时间", "when it was held"},
    REQUIRED("heads", 7, "参加人数", "people there"),
    TEXT("passed", 7, "考核合格人数，无考核则空", "of them passed the examination; empty: there was none"),
    TEXT("organiser", 200, "组织部门或评估机构", "who held it"),
    TEXT("result", 2000, "结果、得分、改进意见", "result, score, what to do better"),
    TEXT("exercise", 18, "演练所回放的抓包编号", "number of the upload that was replayed"),
    END,
};
const struct route routes_trainings[] = {
    {"GET", "/trainings", OFFICER, 0, list, training_filters, NULL, "培训、演练、评估登记",
     "Register of trainings, drills and assessments"},
    {"POST", "/trainings", OFFICER, ROUTE_PERSON, create, NULL, training_body, "登记一次培训、演练或评估",
     "Enter a training, drill or assessment"},
    {"POST", "/trainings/{id}/withdraw", OFFICER, ROUTE_PERSON, withdraw, NULL, no_body, "撤销登记",
     "Withdraw an entry"},
    ROUTES_END,
};
