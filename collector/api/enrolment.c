/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolling nodes: codes, those that wait, approving, refusing, revoking (docs/link-protocol.md, "Enrolment"). */
#include "collector/service/enrolment.h"

#include <string.h>
#include <time.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"

enum { MINUTES = 15, MINUTES_MOST = 1440 };
static const char *const roles[] = {"sensor", "collector", NULL};

static unsigned role_named(const char *name) { return strcmp(name, roles[0]) == 0 ? NODE_SENSOR : NODE_COLLECTOR; }

static void make_code(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char code[ENROLMENT_CODE + 1];
    const json_t *wanted = json_object_get(r->body, "minutes");
    int64_t minutes = wanted ? json_integer_value(wanted) : MINUTES, now = (int64_t)time(NULL);
    const char *role = request_body_text(r, "role");
    if (!enrolment_code(r->api->control, role_named(role), r->session.account.name, now, minutes * 60, code, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    request_audit(r, "enrolment.code", role, "");
    reply->status = 201;
    json_begin_object(&reply->json, NULL);
    json_put_string(&reply->json, "code", code);
    reply_time(&reply->json, "expires", (now + minutes * 60) * 1000000);
    json_end_object(&reply->json);
}

/* The keys of the one who asks; false and a reply when one of them is none. */
static bool take_keys(struct request *r, struct reply *reply, struct keys *keys)
{
    const char *name = request_body_text(r, "name"), *curve = request_body_text(r, "curve_public");
    *keys = (struct keys){""};
    if (!node_name_valid(name)) {
        reply_error(reply, API_BAD_BODY, "name");
    } else if (!curve_key_valid(curve)) {
        reply_error(reply, API_BAD_BODY, "curve_public");
    } else if (!sign_key_parse(request_body_text(r, "sign_public"), keys->sign_public, SIGN_PUBLIC)) {
        reply_error(reply, API_BAD_BODY, "sign_public");
    } else {
        memcpy(keys->name, name, strlen(name) + 1);
        memcpy(keys->curve_public, curve, CURVE_TEXT + 1);
        return true;
    }
    return false;
}

static void write_public(struct json *j, const struct keys *keys)
{
    char text[64], fingerprint[FINGERPRINT + 1];
    sign_key_print(keys->sign_public, SIGN_PUBLIC, text, sizeof text);
    keys_fingerprint(keys, fingerprint);
    json_put_string(j, "name", keys->name);
    json_put_string(j, "curve_public", keys->curve_public);
    json_put_string(j, "sign_public", text);
    json_put_string(j, "fingerprint", fingerprint);
}

static void ask(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct enrolment asked = {.role = 0};
    if (!limits_sign_in(r->api->limits, r->address)) {
        reply_error(reply, API_TOO_MANY, NULL);
        return;
    }
    if (!take_keys(r, reply, &asked.keys)) return;
    memcpy(asked.address, r->address, sizeof asked.address);
    switch (enrolment_ask(r->api->control, request_body_text(r, "code"), &asked, (int64_t)time(NULL), &fault)) {
    case ENROLMENT_WRONG:
        limits_failure(r->api->limits, r->address);
        request_audit(r, "enrolment.refused", asked.keys.name, "wrong code");
        reply_error(reply, API_ENROLMENT_CODE, NULL);
        return;
    case ENROLMENT_CONFLICT:
        reply_error(reply, API_CONFLICT, "name");
        return;
    case ENROLMENT_FAILED:
        reply_fault(reply, &fault);
        return;
    case ENROLMENT_DONE:
        break;
    }
    request_audit(r, "enrolment.asked", asked.keys.name, "");
    reply->status = 202;
    json_begin_object(&reply->json, NULL);
    json_put_string(&reply->json, "state", "pending");
    json_put_string(&reply->json, "role", node_role_name[asked.role]);
    json_begin_object(&reply->json, "collector");
    write_public(&reply->json, collector_link_keys(r->api->link));
    json_put_uint(&reply->json, "port", collector_link_port(r->api->link));
    json_end_object(&reply->json);
    json_end_object(&reply->json);
}

static bool write_waiting(void *context, const struct enrolment *e)
{
    struct json *j = context;
    json_begin_object(j, NULL);
    write_public(j, &e->keys);
    json_put_string(j, "role", node_role_name[e->role]);
    reply_time(j, "asked", e->time * 1000000);
    json_put_string(j, "address", e->address);
    json_end_object(j);
    return true;
}

static void waiting(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = enrolment_waiting(r->api->control, write_waiting, &reply->json, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* The fingerprint comes along, so that what is approved is what was compared. */
static void approve(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct enrolment e;
    char fingerprint[FINGERPRINT + 1];
    if (!enrolment_look(r->api->control, r->id, &e)) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    keys_fingerprint(&e.keys, fingerprint);
    if (strcmp(fingerprint, request_body_text(r, "fingerprint")) != 0) {
        reply_error(reply, API_CONFLICT, "fingerprint");
        return;
    }
    if (!nodes_enrol(collector_link_directory(r->api->link), &e.keys, e.role, &fault)) {
        reply_error(reply, API_CONFLICT, "name"); /* enrolled or revoked already */
        return;
    }
    enrolment_take(r->api->control, r->id, &e);
    request_audit(r, "node.enrol", e.keys.name, fingerprint);
    reply->status = 204;
}

static void refuse(struct request *r, struct reply *reply)
{
    struct enrolment e;
    if (!enrolment_take(r->api->control, r->id, &e)) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    request_audit(r, "enrolment.refuse", e.keys.name, "");
    reply->status = 204;
}

static void revoke(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    if (!nodes_revoke(collector_link_directory(r->api->link), r->id, &fault)) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    request_audit(r, "node.revoke", r->id, request_body_text(r, "reason"));
    reply->status = 204;
}

static const struct parameter code_body[] = {
    {"role", PARAMETER_NAMES, 0, 0, roles, true, "角色：探针或下级采集器", "sensor, or collector below"},
    {"minutes", PARAMETER_UINT, 1, MINUTES_MOST, NULL, false, "有效分钟数，默认15",
     "good for so many minutes, 15 unless told"},
    END,
};
static const struct parameter ask_body[] = {
    REQUIRED("code", 32, "登记码", "the code"),
    REQUIRED("name", NODE_NAME_MAX, "节点名称", "name of the node"),
    REQUIRED("curve_public", 64, "链路公钥（Z85）", "public key of the link, Z85"),
    REQUIRED("sign_public", 64, "签名公钥（Base64）", "public key of signatures, Base64"),
    END,
};
static const struct parameter approve_body[] = {
    REQUIRED("fingerprint", FINGERPRINT, "与对方核对过的指纹", "the fingerprint that was compared"),
    END,
};
static const struct parameter revoke_body[] = {TEXT("reason", 200, "原因", "why"), END};

const struct route routes_enrolment[] = {
    {"POST", "/enrolment", 0, 0, ask, NULL, ask_body, "节点凭登记码申请登记",
     "A node asks to be enrolled, with a code"},
    {"POST", "/nodes/codes", ADMINISTRATOR, ROUTE_PERSON, make_code, NULL, code_body, "生成登记码",
     "Make an enrolment code"},
    {"GET", "/nodes/pending", ADMINISTRATOR, 0, waiting, NULL, NULL, "待批准的节点", "Nodes that wait for approval"},
    {"POST", "/nodes/pending/{id}/approve", ADMINISTRATOR, ROUTE_PERSON, approve, NULL, approve_body, "批准登记",
     "Approve a node"},
    {"POST", "/nodes/pending/{id}/refuse", ADMINISTRATOR, ROUTE_PERSON, refuse, NULL, no_body, "拒绝登记",
     "Refuse a node"},
    {"POST", "/nodes/{id}/revoke", ADMINISTRATOR, ROUTE_PERSON, revoke, NULL, revoke_body, "吊销节点", "Revoke a node"},
    ROUTES_END,
};
