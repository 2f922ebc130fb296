/* SPDX-License-Identifier: Apache-2.0 */
/* The system administrator's view of accounts: list, make, reset, disable. Passwords are shown once, to be changed. */
#include <microhttpd.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/totp.h"

static bool list_row(void *context, const struct account *a)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    json_put_int(j, "id", a->number);
    json_put_string(j, "user", a->name);
    json_put_string(j, "name", a->title);
    json_put_string(j, "role", role_name[a->role]);
    json_put_string(j, "scope", a->scope);
    json_put_bool(j, "disabled", a->disabled);
    json_put_bool(j, "locked", a->locked_until > (int64_t)time(NULL));
    json_put_bool(j, "must_change_password", a->must_change_password);
    reply_time(j, "created", a->created * 1000000);
    reply_time(j, "last_sign_in", a->last_sign_in * 1000000);
    json_end_object(j);
    return true;
}

static void accounts_show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    if (!accounts_list(r->api->control, list_row, reply, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
}

/* What a change came to, when it did not come about. */
static void refused(struct reply *reply, enum account_change change, const struct fault *fault)
{
    if (change == ACCOUNT_FAILED)
        reply_fault(reply, fault);
    else
        reply_error(reply, change == ACCOUNT_UNKNOWN ? API_NOT_FOUND : API_CONFLICT,
                    change == ACCOUNT_EXISTS ? "user"
                    : change == ACCOUNT_LAST ? "last_of_role"
                                             : NULL);
}

static void tell_password(struct reply *reply, int64_t number, char password[ONE_TIME_ROOM])
{
    json_begin_object(&reply->json, NULL);
    json_put_int(&reply->json, "id", number);
    json_put_string(&reply->json, "one_time_password", password);
    json_end_object(&reply->json);
    sodium_memzero(password, ONE_TIME_ROOM);
}

static void accounts_create(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char password[ONE_TIME_ROOM];
    int64_t number = 0;
    const char *user = request_body_text(r, "user"), *role = request_body_text(r, "role");
    if (!account_name_valid(user)) {
        reply_error(reply, API_BAD_BODY, "user");
        return;
    }
    enum account_change change = accounts_add(r->api->control, user, request_body_text(r, "name"),
                                              (enum role)role_find(role), password, &number, &fault);
    if (change != ACCOUNT_CHANGED) {
        refused(reply, change, &fault);
        return;
    }
    request_audit(r, "account.create", user, role);
    reply->status = MHD_HTTP_CREATED;
    tell_password(reply, number, password);
}

static void accounts_reset(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char password[ONE_TIME_ROOM];
    int64_t number = strtoll(r->id, NULL, 10);
    enum account_change change = accounts_reset_password(r->api->control, number, password, &fault);
    if (change != ACCOUNT_CHANGED) {
        refused(reply, change, &fault);
        return;
    }
    sessions_end_account(r->api->sessions, number);
    request_audit(r, "account.reset_password", r->id, "");
    tell_password(reply, number, password);
}

static void accounts_scope(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    int64_t number = strtoll(r->id, NULL, 10);
    const char *scope = request_body_text(r, "scope");
    if (!account_scope_valid(scope)) {
        reply_error(reply, API_BAD_BODY, "scope");
        return;
    }
    enum account_change change = accounts_set_scope(r->api->control, number, scope, &fault);
    if (change != ACCOUNT_CHANGED) {
        refused(reply, change, &fault);
        return;
    }
    sessions_end_account(r->api->sessions, number);
    request_audit(r, "account.scope", r->id, scope);
    reply->status = MHD_HTTP_NO_CONTENT;
}

/* For who has lost both the device and the recovery codes. */
static void accounts_totp(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    int64_t number = strtoll(r->id, NULL, 10);
    if (!totp_remove(r->api->control, number, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    sessions_end_account(r->api->sessions, number);
    request_audit(r, "account.totp_removed", r->id, "");
    reply->status = MHD_HTTP_NO_CONTENT;
}

static void accounts_enable(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    int64_t number = strtoll(r->id, NULL, 10);
    bool disabled = json_is_true(json_object_get(r->body, "disabled"));
    enum account_change change = accounts_disable(r->api->control, number, disabled, &fault);
    if (change != ACCOUNT_CHANGED) {
        refused(reply, change, &fault);
        return;
    }
    if (disabled) sessions_end_account(r->api->sessions, number);
    request_audit(r, disabled ? "account.disable" : "account.enable", r->id, "");
    reply->status = MHD_HTTP_NO_CONTENT;
}

/* ---- routes ---- */

static const char *const roles[] = {
#define X(id, name, zh, en) name,
    ROLES(X)
#undef X
        NULL};
static const struct parameter account_body[] = {
    REQUIRED("user", 63, "用户名", "user name"),
    TEXT("name", 127, "姓名", "name of the person"),
    {"role", PARAMETER_NAMES, 0, 0, roles, true, "角色", "role"},
    END,
};
static const struct parameter account_enable_body[] = {
    {"disabled", PARAMETER_BOOL, 0, 0, NULL, true, "停用", "disabled"},
    END,
};
static const struct parameter account_scope_body[] = {
    TEXT("scope", ACCOUNT_SCOPE_MAX, "管辖范围：节点名，逗号分隔；空为全部",
         "regions and enterprises by the names of their nodes, with commas; empty: all"),
    END,
};
const struct route routes_accounts[] = {
    {"GET", "/accounts", ADMINISTRATOR, ROUTE_PERSON, accounts_show, NULL, NULL, "账号", "Accounts"},
    {"POST", "/accounts", ADMINISTRATOR, ROUTE_PERSON, accounts_create, NULL, account_body, "新建账号",
     "Make an account"},
    {"POST", "/accounts/{id}/password", ADMINISTRATOR, ROUTE_PERSON, accounts_reset, NULL, no_body, "重置口令",
     "Reset a password"},
    {"POST", "/accounts/{id}/disabled", ADMINISTRATOR, ROUTE_PERSON, accounts_enable, NULL, account_enable_body,
     "停用或启用账号", "Disable or enable an account"},
    {"POST", "/accounts/{id}/scope", ADMINISTRATOR, ROUTE_PERSON, accounts_scope, NULL, account_scope_body,
     "设置管辖范围", "Set the regions and enterprises of an account"},
    {"POST", "/accounts/{id}/totp", ADMINISTRATOR, ROUTE_PERSON, accounts_totp, NULL, no_body, "取消动态口令",
     "Take the second factor away"},
    ROUTES_END,
};
