/* SPDX-License-Identifier: Apache-2.0 */
/* Files between levels over the API: made here for the parent or a node below, taken in, and the record of both with
 * its gaps. */
#include "collector/service/carry.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/hierarchy.h"

static struct carry carry_of(const struct request *r)
{
    const struct api *api = r->api;
    return (struct carry){api->store, collector_link_keys(api->link), collector_link_directory(api->link),
                          api->hierarchy->options.parent};
}

static void refuse(struct reply *reply, enum api_error error, const struct carry_why *why)
{
    char detail[sizeof *why + 4];
    snprintf(detail, sizeof detail, "%s / %s", why->zh, why->en);
    reply_error(reply, error, detail);
}

struct listing {
    struct json *json;
    struct list_page page;
};

static bool list_row(void *context, const struct carry_record *c)
{
    struct listing *l = context;
    struct json *j = l->json;
    json_begin_object(j, NULL);
    json_put_int(j, "number", c->number);
    reply_time(j, "time", c->time_us);
    json_put_string(j, "peer", c->peer);
    json_put_string(j, "direction", c->direction);
    json_put_string(j, "action", c->out ? "export" : "import");
    json_put_uint(j, "file", c->file);
    json_put_uint(j, "events", c->events);
    json_put_uint(j, "stored", c->stored);
    json_put_uint(j, "duplicates", c->duplicates);
    json_put_uint(j, "items", c->items);
    json_put_uint(j, "gap", c->gap);
    json_put_string(j, "refused", c->note);
    json_put_string(j, "user", c->actor);
    json_end_object(j);
    page_take(&l->page, c->number);
    return true;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct listing listing = {&reply->json, request_page(r)};
    struct parent *parent = r->api->hierarchy->options.parent;
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    json_put_bool(&reply->json, "carried", parent && parent_carried(parent)); /* the parent is reached by file */
    json_begin_array(&reply->json, "items");
    bool good = carry_records(reader, listing.page.before, listing.page.limit, list_row, &listing, &fault);
    json_end_array(&reply->json);
    reply_next_page(reply, &listing.page);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static void give(struct request *r, struct reply *reply, uint8_t *file, size_t length, const char *name,
                 const struct carry_why *why, const struct fault *fault)
{
    char disposition[192];
    if (!file) {
        if (*why->en)
            refuse(reply, API_CONFLICT, why);
        else
            reply_fault(reply, fault);
        return;
    }
    request_audit(r, "carry.export", name, "");
    reply->response = MHD_create_response_from_buffer(length, file, MHD_RESPMEM_MUST_FREE);
    if (!reply->response) abort();
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.wanglou\"", name);
    MHD_add_response_header(reply->response, "Content-Type", "application/octet-stream");
    MHD_add_response_header(reply->response, "Content-Disposition", disposition);
}

static void export_up(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct carry carry = carry_of(r);
    struct carry_why why = {"", ""};
    size_t length = 0;
    if (!request_in_scope(r, reply, STORE_OWN_NODE)) return;
    bool again = json_is_true(json_object_get(r->body, "again"));
    uint8_t *file = carry_up(&carry, again, r->session.account.name, &length, &why, &fault);
    give(r, reply, file, length, carry.keys->name, &why, &fault);
}

static void export_down(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct carry carry = carry_of(r);
    struct carry_why why = {"", ""};
    size_t length = 0;
    const char *node = request_body_text(r, "node");
    if (!request_in_scope(r, reply, node)) return;
    uint8_t *file = carry_down(&carry, node, r->session.account.name, &length, &why, &fault);
    give(r, reply, file, length, node, &why, &fault);
}

static void import(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct carry carry = carry_of(r);
    struct carry_why why;
    if (!request_in_scope(r, reply, STORE_OWN_NODE)) return;
    FILE *in = fopen(r->upload, "rbe");
    uint8_t *bytes = in ? malloc(CARRY_MOST + 1) : NULL;
    size_t length = bytes ? fread(bytes, 1, CARRY_MOST + 1, in) : 0;
    bool whole = bytes && !ferror(in) && length <= CARRY_MOST;
    if (in) fclose(in);
    json_t *told = whole ? carry_in(&carry, bytes, length, r->session.account.name, &why, &fault) : NULL;
    free(bytes);
    char *text = told ? json_dumps(told, JSON_COMPACT) : NULL;
    if (!whole)
        reply_error(reply, API_TOO_LARGE, NULL);
    else if (text)
        json_put_raw(&reply->json, NULL, text, strlen(text));
    else if (*why.en)
        refuse(reply, API_CONFLICT, &why);
    else
        reply_fault(reply, &fault);
    request_audit(r, "carry.import", text ? json_string_value(json_object_get(told, "from")) : "",
                  text    ? text
                  : whole ? why.en
                          : "");
    json_decref(told);
    free(text);
}

static const struct parameter up_body[] = {
    {"again", PARAMETER_BOOL, 0, 0, NULL, false, "从上级尚未确认的最早一条起重新导出",
     "from the oldest that the parent has not acknowledged"},
    END,
};
static const struct parameter down_body[] = {REQUIRED("node", 63, "下级平台", "node below"), END};
static const struct parameter list_filters[] = {PAGE, END};
const struct route routes_carry[] = {
    {"GET", "/carry", OFFICER, 0, list, list_filters, NULL, "离线文件收发记录与缺口",
     "Files between levels, with their gaps"},
    {"POST", "/carry/up", OFFICER, ROUTE_PERSON, export_up, NULL, up_body, "导出给上级的文件",
     "Make a file for the parent"},
    {"POST", "/carry/down", OFFICER, ROUTE_PERSON, export_down, NULL, down_body, "导出给下级的文件",
     "Make a file for a node below"},
    {"POST", "/carry/import", OFFICER, ROUTE_PERSON | ROUTE_FILE, import, NULL, NULL, "导入离线文件（文件为请求体）",
     "Take a file in: the body is the file"},
    ROUTES_END,
};
