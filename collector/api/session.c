/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in and out, and changing one's password. */
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/log.h"
#include "collector/service/work.h"

static void write_session(struct reply *reply, const struct session *session)
{
    struct json *j = &reply->json;
    enum role role = session->account.role;
    json_begin_object(j, NULL);
    json_put_string(j, "user", session->account.name);
    json_put_string(j, "name", session->account.title);
    json_begin_array(j, "roles");
    json_put_string(j, NULL, role_name[role]);
    json_end_array(j);
    json_begin_object(j, "role");
    json_put_string(j, "zh", role_zh[role]);
    json_put_string(j, "en", role_en[role]);
    json_end_object(j);
    json_put_string(j, "scope", session->account.scope);
    json_put_string(j, "csrf", session->csrf);
    json_put_bool(j, "must_change_password", session->account.must_change_password);
    json_end_object(j);
}

/* SameSite=Strict: no other site's page can make the browser send it. */
static void set_cookie(const struct api *api, struct reply *reply, const char *token)
{
    snprintf(reply->cookie, sizeof reply->cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
             api->secure ? "__Host-wanglou" : "wanglou", token, api->secure ? "; Secure" : "",
             *token ? "" : "; Max-Age=0");
}

static void begin(struct request *r, struct reply *reply, const struct account *account, const struct person_key *key)
{
    char token[SESSION_TOKEN + 1];
    if (r->signed_in) sessions_end(r->api->sessions, r->token);
    sessions_begin(r->api->sessions, account, key, token, &r->session);
    r->signed_in = true;
    set_cookie(r->api, reply, token);
    sodium_memzero(token, sizeof token);
    write_session(reply, &r->session);
}

/* A one-time password opens nothing: the administrator has seen it. */
static void open_key(struct request *r, const struct account *account, const char *password, struct person_key *key)
{
    struct fault fault = {""};
    *key = (struct person_key){0};
    if (account->must_change_password || !r->api->work) return;
    if (!signing_open(r->api->control, work_keys(r->api->work), account->number, account->name, password, key, &fault))
        log_line(LOG_LINE_ERROR, "%s", fault.text);
}

static void session_sign_in(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct account account;
    struct person_key key;
    const char *user = request_body_text(r, "user");
    if (!limits_sign_in(r->api->limits, r->address)) {
        reply_error(reply, API_TOO_MANY, NULL);
        return;
    }
    switch (accounts_sign_in(r->api->control, &r->api->policy, user, request_body_text(r, "password"),
                             request_body_text(r, "totp"), &account, &fault)) {
    case SIGNED_IN:
        open_key(r, &account, request_body_text(r, "password"), &key);
        begin(r, reply, &account, &key);
        sodium_memzero(&key, sizeof key);
        request_audit(r, "session.sign_in", user, "");
        return;
    case SIGN_IN_LOCKED:
        request_audit(r, "session.refused", user, "locked");
        reply_error(reply, API_ACCOUNT_LOCKED, NULL);
        return;
    case SIGN_IN_WRONG:
        limits_failure(r->api->limits, r->address);
        request_audit(r, "session.refused", user, "wrong");
        reply_error(reply, API_SIGN_IN_WRONG, NULL);
        return;
    case SIGN_IN_CODE:
        reply_error(reply, API_CODE_REQUIRED, NULL);
        return;
    case SIGN_IN_CODE_WRONG:
        limits_failure(r->api->limits, r->address);
        request_audit(r, "session.refused", user, "code");
        reply_error(reply, API_CODE_WRONG, NULL);
        return;
    case SIGN_IN_BUSY:
        reply_error(reply, API_BUSY, NULL);
        return;
    case SIGN_IN_FAILED:
        reply_fault(reply, &fault);
    }
}

static void session_show(struct request *r, struct reply *reply) { write_session(reply, &r->session); }

static void session_sign_out(struct request *r, struct reply *reply)
{
    sessions_end(r->api->sessions, r->token);
    request_audit(r, "session.sign_out", r->session.account.name, "");
    set_cookie(r->api, reply, "");
    reply->status = MHD_HTTP_NO_CONTENT;
}

static void session_password(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    const char *flaw = NULL;
    int64_t number = r->session.account.number;
    switch (accounts_change_password(r->api->control, number, request_body_text(r, "old"), request_body_text(r, "new"),
                                     &flaw, &fault)) {
    case PASSWORD_CHANGED: {
        struct person_key key = r->session.key;
        bool sealed = key.key && signing_seal(r->api->control, &key, request_body_text(r, "new"), &fault);
        if (fault.text[0]) log_line(LOG_LINE_ERROR, "%s", fault.text); /* the password is changed all the same */
        sessions_end_account(r->api->sessions, number);                /* everywhere; here a new one begins */
        request_audit(r, "session.password", r->session.account.name, "");
        r->session.account.must_change_password = false;
        struct account account = r->session.account;
        if (!sealed) open_key(r, &account, request_body_text(r, "new"), &key);
        begin(r, reply, &account, &key);
        sodium_memzero(&key, sizeof key);
        return;
    }
    case PASSWORD_WRONG:
        limits_failure(r->api->limits, r->address);
        request_audit(r, "session.password_refused", r->session.account.name, "wrong");
        reply_error(reply, API_PASSWORD_WRONG, NULL);
        return;
    case PASSWORD_FLAWED:
        reply_error(reply, API_PASSWORD_FLAWED, flaw);
        return;
    case PASSWORD_BUSY:
        reply_error(reply, API_BUSY, NULL);
        return;
    case PASSWORD_FAILED:
        reply_fault(reply, &fault);
    }
}

/* ---- routes ---- */

static const struct parameter sign_in_body[] = {
    REQUIRED("user", 64, "用户名", "user name"),
    REQUIRED("password", 256, "口令", "password"),
    TEXT("totp", 16, "动态口令或恢复码", "one-time code, or a recovery code"),
    END,
};
static const struct parameter password_body[] = {
    REQUIRED("old", 256, "原口令", "old password"),
    REQUIRED("new", 256, "新口令", "new password"),
    END,
};
const struct route routes_session[] = {
    {"POST", "/session", 0, ROUTE_ALWAYS | ROUTE_PERSON, session_sign_in, NULL, sign_in_body, "登录", "Sign in"},
    {"GET", "/session", ALL_ROLES, ROUTE_ALWAYS | ROUTE_PERSON, session_show, NULL, NULL, "当前登录", "The session"},
    {"DELETE", "/session", ALL_ROLES, ROUTE_ALWAYS | ROUTE_PERSON, session_sign_out, NULL, NULL, "退出", "Sign out"},
    {"POST", "/session/password", ALL_ROLES, ROUTE_ALWAYS | ROUTE_PERSON, session_password, NULL, password_body,
     "修改口令", "Change the password"},
    ROUTES_END,
};
