/* SPDX-License-Identifier: Apache-2.0 */
/* A person's own second factor, and the tokens of machines. */
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/totp.h"

/* ---- second factor ---- */

static void totp_show(struct request *r, struct reply *reply)
{
    json_begin_object(&reply->json, NULL);
    json_put_bool(&reply->json, "in_force", totp_in_force(r->api->control, r->session.account.number));
    json_end_object(&reply->json);
}

/* The key URI that authenticators read from a QR code (google-authenticator wiki, Key-Uri-Format). */
static void totp_begin(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char secret[TOTP_SECRET_TEXT + 1];
    const struct account *a = &r->session.account;
    if (totp_in_force(r->api->control, a->number)) {
        reply_error(reply, API_CONFLICT, "totp");
        return;
    }
    if (!totp_enrol(r->api->control, a->number, secret, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_begin_object(&reply->json, NULL);
    json_put_string(&reply->json, "secret", secret);
    json_put_format(&reply->json, "uri",
                    "otpauth://totp/Wanglou:%s?secret=%s&issuer=Wanglou&algorithm=SHA1&digits=6&period=30", a->name,
                    secret);
    json_end_object(&reply->json);
    sodium_memzero(secret, sizeof secret);
}

static void totp_finish(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char codes[RECOVERY_CODES][RECOVERY_TEXT + 1];
    switch (totp_confirm(r->api->control, r->session.account.number, request_body_text(r, "code"), (int64_t)time(NULL),
                         codes, &fault)) {
    case TOTP_RIGHT:
        request_audit(r, "session.totp", r->session.account.name, "in force");
        json_begin_object(&reply->json, NULL);
        json_begin_array(&reply->json, "recovery_codes");
        for (int i = 0; i < RECOVERY_CODES; i++) json_put_string(&reply->json, NULL, codes[i]);
        json_end_array(&reply->json);
        json_end_object(&reply->json);
        sodium_memzero(codes, sizeof codes);
        return;
    case TOTP_NONE:
        reply_error(reply, API_CONFLICT, "totp");
        return;
    case TOTP_ASKED:
    case TOTP_WRONG:
        limits_failure(r->api->limits, r->address);
        reply_error(reply, API_BAD_BODY, "code");
        return;
    case TOTP_FAILED:
        reply_fault(reply, &fault);
    }
}

static void totp_end(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    int64_t number = r->session.account.number;
    if (!limits_sign_in(r->api->limits, r->address)) {
        reply_error(reply, API_TOO_MANY, NULL);
        return;
    }
    switch (totp_check(r->api->control, number, request_body_text(r, "code"), (int64_t)time(NULL), &fault)) {
    case TOTP_RIGHT:
        if (!totp_remove(r->api->control, number, &fault)) {
            reply_fault(reply, &fault);
            return;
        }
        request_audit(r, "session.totp", r->session.account.name, "removed");
        reply->status = MHD_HTTP_NO_CONTENT;
        return;
    case TOTP_NONE:
        reply_error(reply, API_CONFLICT, "totp");
        return;
    case TOTP_ASKED:
    case TOTP_WRONG:
        limits_failure(r->api->limits, r->address);
        reply_error(reply, API_BAD_BODY, "code");
        return;
    case TOTP_FAILED:
        reply_fault(reply, &fault);
    }
}

/* ---- tokens ---- */

enum { DAY_SECONDS = 86400, DAYS_MOST = 366, DAYS_USUAL = 90 };

static void write_token(struct json *j, const struct token *t)
{
    json_put_int(j, "id", t->number);
    json_put_string(j, "name", t->name);
    json_put_string(j, "owner", t->owner);
    json_put_string(j, "scopes", t->scopes);
    reply_time(j, "created", t->created * 1000000);
    reply_time(j, "expires", t->expires * 1000000);
    reply_time(j, "revoked", t->revoked * 1000000);
    reply_time(j, "last_used", t->last_used * 1000000);
}

static bool token_row_of(void *context, const struct token *t)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    write_token(j, t);
    json_end_object(j);
    return true;
}

/* The system administrator sees all and may revoke all; everybody else their own. */
static int64_t whose(const struct request *r)
{
    return r->session.account.role == ROLE_ADMINISTRATOR ? 0 : r->session.account.number;
}

static void tokens_show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = tokens_list(r->api->control, whose(r), token_row_of, reply, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* "alerts:read,events:read": every one must be a room of the API. */
static bool scopes_valid(const char *scopes)
{
    for (const char *p = scopes; *p; p += strcspn(p, ","), p += *p == ',') {
        size_t n = strcspn(p, ":,"), whole = strcspn(p, ",");
        bool known = (whole == n + 5 && strncmp(p + n, ":read", 5) == 0) ||
                     (whole == n + 6 && strncmp(p + n, ":write", 6) == 0),
             room = false;
        for (size_t t = 0; route_tables[t]; t++)
            for (const struct route *route = route_tables[t]; route->method; route++)
                room |= !(route->flags & ROUTE_PERSON) && strcspn(route->path + 1, "/") == n &&
                        strncmp(route->path + 1, p, n) == 0;
        if (!known || !room) return false;
    }
    return *scopes;
}

static void tokens_create(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char text[TOKEN_TEXT + 1];
    json_t *days = json_object_get(r->body, "days");
    struct token t = {.account = r->session.account.number,
                      .expires = (int64_t)time(NULL) + DAY_SECONDS * (days ? json_integer_value(days) : DAYS_USUAL)};
    snprintf(t.owner, sizeof t.owner, "%s", r->session.account.name);
    snprintf(t.name, sizeof t.name, "%s", request_body_text(r, "name"));
    snprintf(t.scopes, sizeof t.scopes, "%s", request_body_text(r, "scopes"));
    if (!scopes_valid(t.scopes)) {
        reply_error(reply, API_BAD_BODY, "scopes");
        return;
    }
    if (!tokens_add(r->api->control, &t, text, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    request_audit(r, "token.create", t.name, t.scopes);
    reply->status = MHD_HTTP_CREATED;
    json_begin_object(&reply->json, NULL);
    write_token(&reply->json, &t);
    json_put_string(&reply->json, "token", text);
    json_end_object(&reply->json);
    sodium_memzero(text, sizeof text);
}

static void tokens_end(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    if (!tokens_revoke(r->api->control, strtoll(r->id, NULL, 10), whose(r), &fault)) {
        reply_absent(reply, &fault);
        return;
    }
    request_audit(r, "token.revoke", r->id, "");
    reply->status = MHD_HTTP_NO_CONTENT;
}

static const struct parameter code_body[] = {REQUIRED("code", 16, "动态口令", "one-time code"), END};
static const struct parameter token_body[] = {
    REQUIRED("name", TOKEN_NAME_MAX, "用途", "what it is for"),
    REQUIRED("scopes", TOKEN_SCOPES_MAX, "权限，如 alerts:read,events:read", "rights, as alerts:read,events:read"),
    {"days", PARAMETER_UINT, 1, DAYS_MOST, NULL, false, "有效天数，默认 90", "days it is good for, 90 unless told"},
    END,
};
const struct route routes_machines[] = {
    {"GET", "/session/totp", ALL_ROLES, ROUTE_PERSON, totp_show, NULL, NULL, "动态口令是否启用",
     "Is the second factor in force"},
    {"POST", "/session/totp", ALL_ROLES, ROUTE_PERSON, totp_begin, NULL, no_body, "登记动态口令",
     "Enrol a second factor"},
    {"POST", "/session/totp/confirm", ALL_ROLES, ROUTE_PERSON, totp_finish, NULL, code_body, "启用动态口令",
     "Put it in force by a code"},
    {"POST", "/session/totp/remove", ALL_ROLES, ROUTE_PERSON, totp_end, NULL, code_body, "停用动态口令",
     "Take it away by a code"},
    {"GET", "/tokens", ALL_ROLES, ROUTE_PERSON, tokens_show, NULL, NULL, "接口令牌", "Tokens of machines"},
    {"POST", "/tokens", ALL_ROLES, ROUTE_PERSON, tokens_create, NULL, token_body, "新建接口令牌", "Make a token"},
    {"POST", "/tokens/{id}/revoke", ALL_ROLES, ROUTE_PERSON, tokens_end, NULL, no_body, "吊销接口令牌",
     "Revoke a token"},
    ROUTES_END,
};
