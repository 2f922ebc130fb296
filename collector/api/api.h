/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP API: what a route is, what its handler gets and gives.
 *
 * Each room has its table of routes: method, path, who may, parameters, body, handler, words (routes.h). The router
 * checks all of it before the handler runs, the OpenAPI document and the permission matrix are printed from the tables,
 * and nothing is reachable beside them. */
#ifndef WANGLOU_COLLECTOR_API_API_H
#define WANGLOU_COLLECTOR_API_API_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "collector/service/sessions.h"
#include "collector/service/tokens.h"
#include "collector/service/uploads.h"
#include "collector/store/store.h"
#include "common/json.h"

struct MHD_Connection;
struct MHD_Response;

/* ---- what the handlers work with ---- */

struct limits;
struct streams;
struct pages;
struct readers;
struct collector_link;
struct outputs;
struct work;
struct laters;
struct inspecting;
struct hierarchy;

struct api {
    struct store *store;
    struct control *control;
    struct sessions *sessions;
    struct accounts_policy policy;
    struct collector_link *link;
    bool secure; /* over TLS */
    struct limits *limits;
    struct streams *streams;
    struct pages *pages;
    struct readers *readers;
    struct outputs *outputs; /* NULL: none */
    struct uploads *uploads;
    struct work *work;             /* warnings, tasks */
    struct laters *laters;         /* answers that take time (later.h) */
    struct inspecting *inspecting; /* the self-inspection (inspecting.h) */
    struct hierarchy *hierarchy;   /* roll-outs, evidence on request, regional incidents */
    uint64_t sensors_told;         /* hash of the names of sensors that know the suppressions in force */
    void (*wake)(void *context);   /* something was changed that may have to go to other levels; NULL: nobody waits */
    const char *directory;         /* the collector's data */
    uint64_t upload_most;          /* bytes of a body that is a file */
};

/* ---- errors: X(id, status, code, zh, en) ---- */

#define API_ERRORS(X)                                                                                                  \
    X(UNKNOWN_PARAMETER, 400, "unknown_parameter", "没有这个参数", "there is no such parameter")                       \
    X(BAD_PARAMETER, 400, "bad_parameter", "参数的值不对", "the parameter's value is wrong")                           \
    X(BAD_FILTER, 400, "bad_filter", "过滤表达式不对", "the display filter is wrong")                                  \
    X(BAD_BODY, 400, "bad_body", "请求内容不对", "the request's content is wrong")                                     \
    X(NOT_SIGNED_IN, 401, "not_signed_in", "请先登录", "please sign in")                                               \
    X(SIGN_IN_WRONG, 401, "sign_in_wrong", "用户名或口令不对", "the name or the password is wrong")                    \
    X(ACCOUNT_LOCKED, 403, "account_locked", "账号已锁定，请稍后再试", "the account is locked; try again later")       \
    X(PASSWORD_CHANGE, 403, "password_must_change", "请先修改一次性口令", "change the one-time password first")        \
    X(PASSWORD_WRONG, 403, "password_wrong", "原口令不对", "the old password is wrong")                                \
    X(PASSWORD_FLAWED, 422, "password_flawed", "新口令不合要求", "the new password does not meet the rules")           \
    X(FORBIDDEN, 403, "forbidden", "您的角色不能做这件事", "your role may not do this")                                \
    X(FOREIGN, 403, "foreign_region", "不在您的管辖范围内", "this lies outside the regions of your account")           \
    X(TOKEN_SCOPE, 403, "token_scope", "令牌没有这项权限", "the token was not made for this")                          \
    X(CODE_REQUIRED, 401, "totp_required", "请输入动态口令", "a one-time code is needed")                              \
    X(CODE_WRONG, 401, "totp_wrong", "动态口令不对", "the one-time code is wrong")                                     \
    X(ENROLMENT_CODE, 403, "enrolment_code", "登记码不对、已用过或已过期",                                             \
      "the enrolment code is wrong, used, or too old")                                                                 \
    X(CSRF, 403, "csrf", "请求缺少有效的 X-CSRF-Token", "the request has no valid X-CSRF-Token")                       \
    X(NOT_FOUND, 404, "not_found", "没有这一项", "there is no such item")                                              \
    X(METHOD, 405, "method_not_allowed", "这个地址不支持该方法", "this address does not take that method")             \
    X(CONFLICT, 409, "conflict", "与现有数据冲突", "this conflicts with what is there")                                \
    X(TOO_LARGE, 413, "too_large", "请求内容太大", "the request is too large")                                         \
    X(NOT_JSON, 415, "not_json", "请求内容须为 application/json", "the request's content must be application/json")    \
    X(TOO_MANY, 429, "too_many", "请求过于频繁，请稍后再试", "too many requests; try again later")                     \
    X(INTERNAL, 500, "internal", "服务内部出错，详见日志", "something failed inside; the log says what")               \
    X(BUSY, 503, "busy", "服务繁忙，请稍后再试", "busy; try again later")
enum api_error {
#define X(id, status, code, zh, en) API_##id,
    API_ERRORS(X)
#undef X
        API_ERROR_COUNT
};

/* ---- routes ---- */

enum parameter_type {
    PARAMETER_TEXT,  /* up to `most` bytes */
    PARAMETER_UINT,  /* `least` to `most` */
    PARAMETER_TIME,  /* ISO 8601 with zone */
    PARAMETER_NAMES, /* some of `names`, with commas; in a body: one of them */
    PARAMETER_BOOL,  /* true, false */
};

/* A query parameter, or a member of the body. An empty one counts as absent. */
struct parameter {
    const char *name;
    enum parameter_type type;
    uint64_t least, most;
    const char *const *names; /* ends with NULL */
    bool required;
    const char *zh, *en;
};

enum {
    ROUTE_ALWAYS = 1, /* also while the password must be changed */
    ROUTE_PERSON = 2, /* never by a machine's token */
    ROUTE_FILE = 4,   /* the body is a file, of any type: request->upload */
};
#define ROLE_BIT(role) (1u << ROLE_##role)
#define ALL_ROLES      ((1u << ROLE_COUNT) - 1)

struct request;
struct reply;

struct route {
    const char *method, *path; /* below /api/v1; {id} stands for one segment */
    unsigned roles;            /* bits; 0: anyone, signed in or not */
    unsigned flags;
    void (*handle)(struct request *request, struct reply *reply);
    const struct parameter *parameters, *body; /* end with a NULL name; NULL: none */
    const char *zh, *en;
};
/* Each ends with a row without a method; the list ends with NULL (routes.h). */
extern const struct route *const route_tables[];

/* ---- a request, as the handler sees it: its parameters and body have been checked ---- */

enum { BODY_MOST = 64 * 1024, SEGMENT_MOST = 64 };

struct request {
    struct api *api;
    struct MHD_Connection *connection;
    const struct route *route;
    const char *method;
    char address[64]; /* of the client */
    char id[SEGMENT_MOST + 1];
    char token[SESSION_TOKEN + 1];
    bool signed_in, by_token; /* a machine's token instead of a person's session */
    struct session session;
    struct token machine; /* when by_token */
    json_t *body;
    char upload[UPLOAD_PATH]; /* of ROUTE_FILE: where the body lies; removed afterwards unless the handler empties it */
    int upload_fd;            /* while it comes; -1 */
    uint64_t upload_bytes;
    struct store_reader *reader; /* NULL until asked for */
    void *later;                 /* what was made meanwhile (later.h); NULL: nothing */
    void (*later_forget)(void *later);
};

/* Of the query; NULL or `otherwise` when absent. */
const char *request_text(const struct request *request, const char *name);
uint64_t request_uint(const struct request *request, const char *name, uint64_t otherwise);
bool request_flag(const struct request *request, const char *name);    /* false when absent */
int64_t request_time(const struct request *request, const char *name); /* microseconds; 0: absent */
/* Bit n for the n-th of the parameter's names. */
unsigned request_bits(const struct request *request, const char *name);
/* Of the body; "" when absent. */
const char *request_body_text(const struct request *request, const char *name);
const char *request_header(const struct request *request, const char *name);

/* May this account see what comes from the sensor? When not: the reply is 403, and the audit log has it. */
bool request_in_scope(struct request *request, struct reply *reply, const char *sensor);
/* A reader for this request, within the account's scope; on a fault the reply is filled and NULL returned. */
struct store_reader *request_reader(struct request *request, struct reply *reply);
void request_audit(struct request *request, const char *action, const char *object, const char *detail);

/* ---- a reply ---- */

struct reply {
    unsigned status;               /* 0: nothing yet, 200 when the handler ends so; 204 has no body */
    struct json json;              /* the body; grows */
    char cookie[256];              /* Set-Cookie; "" none */
    char allow[64];                /* Allow, with 405 */
    struct MHD_Response *response; /* instead of `json`, when set */
    bool later;                    /* the connection waits, the handler is called again (later.h) */
};

void reply_error(struct reply *reply, enum api_error error, const char *detail);
/* Writes the fault to the log and tells the client no more than that something failed. */
void reply_fault(struct reply *reply, const struct fault *fault);
/* Behind a look-up that found nothing: the fault if there was one, else that there is no such thing. */
void reply_absent(struct reply *reply, const struct fault *fault);
/* `next`: null at the end. */
void reply_next(struct reply *reply, const char *cursor);

/* A page of rows that have numbers, newest first; the cursor is the number of the row seen last. */
struct list_page {
    int64_t before; /* 0: from the newest */
    unsigned limit;
    int64_t last; /* with `count`: of the rows taken */
    unsigned count;
};
struct list_page request_page(const struct request *request);
static inline void page_take(struct list_page *page, int64_t number) { page->last = number, page->count++; }
void reply_next_page(struct reply *reply, const struct list_page *page);

/* {name, zh, en} */
void reply_words(struct json *json, const char *key, const char *name, const char *zh, const char *en);
void reply_time(struct json *json, const char *key, int64_t time_us); /* null when 0 */

/* ---- the router (router.c) ---- */

/* Finds the route and checks everything that can be checked without the body; NULL: the reply is an error. */
const struct route *api_route(struct request *request, const char *path, struct reply *reply);
/* Checks the body and runs the handler. */
void api_handle(struct request *request, const char *body, size_t length, struct reply *reply);

/* ---- readers: as many as there are threads at work ---- */
struct readers *readers_make(struct store *store);
void readers_free(struct readers *readers);
struct store_reader *readers_take(struct readers *readers, struct fault *fault);
void readers_give(struct readers *readers, struct store_reader *reader);

/* ---- limits: token buckets by client address ---- */
struct limits *limits_make(double per_second, double burst, double failures_per_second, double failures_burst);
void limits_free(struct limits *limits);
bool limits_request(struct limits *limits, const char *address);
/* May this address try to sign in; a failure costs. */
bool limits_sign_in(struct limits *limits, const char *address);
void limits_failure(struct limits *limits, const char *address);

/* ---- the live stream (stream.c) ---- */
struct streams *streams_make(struct api *api);
void streams_wake(struct streams *streams);                   /* something was committed */
void streams_node(struct streams *streams, const char *node); /* it came or went */
void streams_beat(struct streams *streams); /* every 15 s: keeps connections, and ends those whose session has ended */
void streams_stop(struct streams *streams); /* ends all; before the server stops */
void streams_free(struct streams *streams);

/* ---- the console's files (pages.c): read at the start, so that a path can name nothing else ---- */
struct pages *pages_load(const char *directory, struct fault *fault);
void pages_free(struct pages *pages);
/* The reply to a path outside the API, with its status. Never NULL but for want of memory. */
struct MHD_Response *pages_find(const struct pages *pages, const char *path, bool gzip, const char *if_none_match,
                                unsigned *status);

#endif
