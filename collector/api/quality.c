/* SPDX-License-Identifier: Apache-2.0 */
/* The quality of each link 链路质量: gaps, and how this node stands towards its parent. (What each node sent is
 * GET /nodes.) */
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/policies.h"
#include "collector/api/routes.h"
#include "collector/link/parent.h"
#include "collector/service/hierarchy.h"
#include "collector/store/gaps.h"

struct listing {
    struct json *json;
    struct list_page page;
};

static bool list_row(void *context, const struct gap_row *g)
{
    struct listing *l = context;
    struct json *j = l->json;
    json_begin_object(j, NULL);
    json_put_int(j, "number", g->number);
    reply_time(j, "time", g->time_us);
    json_put_string(j, "node", g->node);
    json_put_uint(j, "stream", g->stream);
    json_put_uint(j, "first", g->first);
    json_put_uint(j, "count", g->count);
    json_put_bool(j, "renewed", g->old_epoch != g->epoch);
    json_end_object(j);
    page_take(&l->page, g->number);
    return true;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct listing listing = {&reply->json, request_page(r)};
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good =
        gaps_list(reader, request_text(r, "node"), listing.page.before, listing.page.limit, list_row, &listing, &fault);
    json_end_array(&reply->json);
    reply_next_page(reply, &listing.page);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static void write_stream(struct json *j, const struct outbox_position *at)
{
    json_begin_object(j, NULL);
    json_put_uint(j, "waiting", at->next - at->first);
    json_put_uint(j, "dropped", at->dropped);
    json_end_object(j);
}

static void parent_show(struct request *r, struct reply *reply)
{
    static const char *const states[] = {[LINK_CONNECTING] = "connecting",
                                         [LINK_GREETING] = "connecting",
                                         [LINK_READY] = "connected",
                                         [LINK_REFUSED] = "refused"};
    struct parent *parent = r->api->hierarchy->options.parent;
    struct json *j = &reply->json;
    struct parent_look look;
    if (!request_in_scope(r, reply, STORE_OWN_NODE)) return;
    if (!parent) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    parent_look(parent, &look);
    bool carried = parent_carried(parent);
    json_begin_object(j, NULL);
    json_put_string(j, "name", look.name);
    json_put_string(j, "state", carried ? "carried" : states[look.link.state]);
    json_put_string(j, "reason", look.reason);
    json_put_string(j, "policy", look.policy);
    policy_write_in_force(r, j);
    json_begin_array(j, "streams"); /* what must be seen first; the rest */
    for (unsigned i = 0; i < LINK_STREAMS; i++) write_stream(j, &look.streams[i]);
    json_end_array(j);
    json_put_uint(j, "acknowledged", look.link.acknowledged);
    json_put_uint(j, "sessions", look.link.sessions);
    json_put_uint(j, "items", look.link.items);
    if (look.link.state == LINK_READY) json_put_int(j, "clock_offset_us", look.link.clock_offset_us);
    json_end_object(j);
}

static const struct parameter list_filters[] = {
    PAGE,
    TEXT("node", 63, "节点", "node"),
    END,
};
const struct route routes_quality[] = {
    {"GET", "/gaps", ADMINISTRATOR | OFFICER, 0, list, list_filters, NULL, "各链路的缺口", "Gaps of each link"},
    {"GET", "/parent", ADMINISTRATOR | OFFICER, 0, parent_show, NULL, NULL, "与上级的链路状态",
     "How the way up to the parent stands"},
    ROUTES_END,
};
