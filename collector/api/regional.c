/* SPDX-License-Identifier: Apache-2.0 */
/* Regional incidents over the API: what several enterprises saw alike. */
#include "collector/service/regional.h"

#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/internal.h"

static void write_members(struct json *j, const struct request *r, const struct regional_row *row)
{
    const struct regional_threshold *t = regional_threshold(r->api->hierarchy->regional, row->kind);
    json_put_int(j, "number", row->number);
    json_begin_object(j, "kind");
    json_put_string(j, "name", regional_kind_name[row->kind]);
    json_put_string(j, "zh", t->zh ? t->zh : "");
    json_put_string(j, "en", t->en ? t->en : "");
    json_end_object(j);
    json_put_string(j, "value", row->value);
    reply_time(j, "first", row->first_us);
    reply_time(j, "last", row->last_us);
    json_put_uint(j, "severity", row->severity);
    json_put_uint(j, "enterprises", row->enterprises);
    json_put_uint(j, "alerts", row->alerts);
    json_put_string(j, "state", *row->closed_by ? "closed" : "open");
    json_put_string(j, "closed_by", row->closed_by);
    json_put_string(j, "comment", row->comment);
}

struct listing {
    struct request *request;
    struct json *json;
    struct list_page page;
};

static bool one_row(void *context, const struct regional_row *row)
{
    struct listing *l = context;
    write_members(l->json, l->request, row);
    page_take(&l->page, row->number);
    return true;
}

static bool list_row(void *context, const struct regional_row *row)
{
    struct listing *l = context;
    json_begin_object(l->json, NULL);
    one_row(context, row);
    json_end_object(l->json);
    return true;
}

/* The thresholds by which an incident begins. */
static void write_model(struct json *j, const struct request *r)
{
    json_begin_array(j, "model");
    for (unsigned i = 0; i < REGIONAL_KIND_COUNT; i++) {
        const struct regional_threshold *t = regional_threshold(r->api->hierarchy->regional, (enum regional_kind)i);
        if (!t->enterprises) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "kind", regional_kind_name[i]);
        json_put_string(j, "zh", t->zh);
        json_put_string(j, "en", t->en);
        json_put_uint(j, "enterprises", t->enterprises);
        json_put_uint(j, "window_seconds", t->window_us / 1000000);
        json_put_uint(j, "severity", t->severity);
        json_put_string(j, "reason", t->reason);
        json_put_string(j, "reason_en", t->reason_en);
        json_end_object(j);
    }
    json_end_array(j);
    const char *zh, *en;
    regional_certainty(r->api->hierarchy->regional, &zh, &en);
    json_put_string(j, "certainty", zh);
    json_put_string(j, "certainty_en", en);
}

static int kind_of(const struct request *r)
{
    const char *name = request_text(r, "kind");
    for (int i = 0; name && i < REGIONAL_KIND_COUNT; i++)
        if (strcmp(name, regional_kind_name[i]) == 0) return i;
    return -1;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct listing listing = {r, &reply->json, request_page(r)};
    struct regional_query query = {.kind = kind_of(r),
                                   .open = request_flag(r, "open"),
                                   .since_us = request_time(r, "since"),
                                   .before = listing.page.before,
                                   .limit = listing.page.limit};
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = regional_list(reader, &query, list_row, &listing, &fault);
    json_end_array(&reply->json);
    reply_next_page(reply, &listing.page);
    write_model(&reply->json, r);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static bool node_row(void *context, const struct regional_node *n)
{
    struct json *j = context;
    json_begin_object(j, NULL);
    json_put_string(j, "node", n->node);
    reply_time(j, "first", n->first_us);
    reply_time(j, "last", n->last_us);
    json_put_uint(j, "alerts", n->alerts);
    json_put_uint(j, "severity", n->severity);
    json_put_string(j, "alert", n->alert);
    json_end_object(j);
    return true;
}

static void show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct regional_query query = {.number = strtoll(r->id, NULL, 10), .kind = -1, .limit = 1};
    struct listing one = {.request = r, .json = &reply->json};
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    bool good = query.number <= 0 || regional_list(reader, &query, one_row, &one, &fault);
    json_begin_array(&reply->json, "nodes");
    good = good && (!one.page.count || regional_nodes(reader, query.number, node_row, &reply->json, &fault));
    json_end_array(&reply->json);
    json_end_object(&reply->json);
    if (!good)
        reply_fault(reply, &fault);
    else if (!one.page.count)
        reply_error(reply, API_NOT_FOUND, NULL);
}

static void close_it(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader || !request_in_scope(r, reply, STORE_OWN_NODE)) return; /* it is the region's as a whole */
    if (regional_close(r->api->store, strtoll(r->id, NULL, 10), r->session.account.name,
                       request_body_text(r, "comment"), &fault)) {
        request_audit(r, "regional.close", r->id, request_body_text(r, "comment"));
        show(r, reply);
    } else {
        reply_absent(reply, &fault);
    }
}

static const struct parameter list_filters[] = {
    PAGE,
    {"kind", PARAMETER_NAMES, 0, 1, regional_kind_name, false, "按什么关联", "by what it hangs together"},
    {"open", PARAMETER_BOOL, 0, 0, NULL, false, "只列未办结的", "those that are open"},
    {"since", PARAMETER_TIME, 0, 0, NULL, false, "最近一次不早于", "last seen from this time on"},
    END,
};
static const struct parameter close_body[] = {REQUIRED("comment", 2000, "结论", "what came of it"), END};
const struct route routes_regional[] = {
    {"GET", "/regional", OFFICER, 0, list, list_filters, NULL, "区域关联事件", "Regional incidents"},
    {"GET", "/regional/{id}", OFFICER, 0, show, NULL, NULL, "某个区域关联事件及涉及企业", "One, with its enterprises"},
    {"POST", "/regional/{id}/close", OFFICER, 0, close_it, NULL, close_body, "办结区域关联事件", "Close one"},
    ROUTES_END,
};
