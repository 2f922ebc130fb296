/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenAPI 3.0.3 document (spec.openapis.org/oas/v3.0.3), printed from the tables the router works by. */
#include "collector/api/openapi.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "collector/api/routes.h"
#include "common/version.h"

static void put_type(struct json *j, const struct parameter *p)
{
    static const char *const types[] = {[PARAMETER_TEXT] = "string",
                                        [PARAMETER_UINT] = "integer",
                                        [PARAMETER_TIME] = "string",
                                        [PARAMETER_NAMES] = "string",
                                        [PARAMETER_BOOL] = "boolean"};
    json_put_string(j, "type", types[p->type]);
    if (p->type == PARAMETER_TIME) json_put_string(j, "format", "date-time");
    if (p->type == PARAMETER_TEXT) json_put_uint(j, "maxLength", p->most);
    if (p->type == PARAMETER_UINT) json_put_uint(j, "minimum", p->least);
    /* Beyond 2^53 a reader of JSON may round (RFC 8259 §6), and it is no bound that means something. */
    if (p->type == PARAMETER_UINT && p->most < (uint64_t)1 << 53) json_put_uint(j, "maximum", p->most);
}

static void put_names(struct json *j, const struct parameter *p)
{
    json_begin_array(j, "enum");
    for (const char *const *name = p->names; *name; name++) json_put_string(j, NULL, *name);
    json_end_array(j);
}

/* In a query several names may stand, with commas. */
static void put_query(struct json *j, const struct parameter *p)
{
    json_begin_object(j, NULL);
    json_put_string(j, "name", p->name);
    json_put_string(j, "in", "query");
    json_put_format(j, "description", "%s · %s", p->zh, p->en);
    if (p->required) json_put_bool(j, "required", true);
    if (p->type == PARAMETER_NAMES) {
        json_put_string(j, "style", "form");
        json_put_bool(j, "explode", false);
    }
    json_begin_object(j, "schema");
    if (p->type == PARAMETER_NAMES) {
        json_put_string(j, "type", "array");
        json_begin_object(j, "items");
    }
    put_type(j, p);
    if (p->type == PARAMETER_NAMES) {
        put_names(j, p);
        json_end_object(j);
    }
    json_end_object(j);
    json_end_object(j);
}

static void put_id(struct json *j, const char *name)
{
    json_begin_object(j, NULL);
    json_put_string(j, "name", name);
    json_put_string(j, "in", "path");
    json_put_bool(j, "required", true);
    json_begin_object(j, "schema");
    json_put_string(j, "type", "string");
    json_put_uint(j, "maxLength", SEGMENT_MOST);
    json_put_string(j, "pattern", "^[A-Za-z0-9._@-]+$");
    json_end_object(j);
    json_end_object(j);
}

static void put_body(struct json *j, const struct parameter *body)
{
    bool required = false;
    json_begin_object(j, "requestBody");
    json_put_bool(j, "required", true);
    json_begin_object(j, "content");
    json_begin_object(j, "application/json");
    json_begin_object(j, "schema");
    json_put_string(j, "type", "object");
    json_put_bool(j, "additionalProperties", false);
    json_begin_object(j, "properties");
    for (const struct parameter *p = body; p->name; p++) {
        json_begin_object(j, p->name);
        put_type(j, p);
        if (p->type == PARAMETER_NAMES) put_names(j, p);
        json_put_format(j, "description", "%s · %s", p->zh, p->en);
        json_end_object(j);
        required |= p->required;
    }
    json_end_object(j);
    if (required) {
        json_begin_array(j, "required");
        for (const struct parameter *p = body; p->name; p++)
            if (p->required) json_put_string(j, NULL, p->name);
        json_end_array(j);
    }
    for (int i = 0; i < 4; i++) json_end_object(j);
}

/* "GET /alerts/{id}/packets" → "get_alerts_id_packets" */
static void put_operation_id(struct json *j, const struct route *route)
{
    char id[160];
    size_t n = (size_t)snprintf(id, sizeof id, "%s%s", route->method, route->path), out = 0;
    for (size_t i = 0; i < n && i < sizeof id - 1; i++) {
        if (isalnum((unsigned char)id[i]))
            id[out++] = (char)tolower((unsigned char)id[i]);
        else if (out && id[out - 1] != '_' && id[i] != '}')
            id[out++] = '_';
    }
    id[out] = 0;
    json_put_string(j, "operationId", id);
}

static void put_responses(struct json *j, const struct route *route)
{
    json_begin_object(j, "responses");
    json_begin_object(j, "2XX");
    json_put_string(j, "description", "成功 · done");
    json_end_object(j);
    for (const char *const *status = (const char *const[]){"4XX", "5XX", NULL}; *status; status++) {
        json_begin_object(j, *status);
        json_put_string(j, "$ref", "#/components/responses/Error");
        json_end_object(j);
    }
    json_end_object(j);
    json_begin_array(j, "x-roles");
    for (int role = 0; role < ROLE_COUNT; role++)
        if (route->roles >> role & 1) json_put_string(j, NULL, role_name[role]);
    json_end_array(j);
}

static void put_security(struct json *j, const struct route *route)
{
    json_begin_array(j, "security");
    if (route->roles) {
        json_begin_object(j, NULL);
        json_begin_array(j, "session");
        json_end_array(j);
        if (strcmp(route->method, "GET") != 0) {
            json_begin_array(j, "csrf");
            json_end_array(j);
        }
        json_end_object(j);
    }
    if (route->roles && !(route->flags & ROUTE_PERSON)) {
        json_begin_object(j, NULL);
        json_begin_array(j, "token");
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
}

#define FILE_BODY                                                                                                      \
    "{\"required\":true,\"content\":{\"application/"                                                                   \
    "octet-stream\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}}"

static void put_route(struct json *j, const struct route *route)
{
    char method[8];
    size_t n = (size_t)snprintf(method, sizeof method, "%s", route->method);
    for (size_t i = 0; i < n && i < sizeof method; i++) method[i] = (char)tolower((unsigned char)method[i]);
    json_begin_object(j, method);
    json_put_format(j, "summary", "%s · %s", route->zh, route->en);
    put_operation_id(j, route);
    json_begin_array(j, "tags");
    json_put_text(j, NULL, route->path + 1, strcspn(route->path + 1, "/"));
    json_end_array(j);
    json_begin_array(j, "parameters");
    for (const char *at = strchr(route->path, '{'); at; at = strchr(at + 1, '{')) {
        char name[SEGMENT_MOST];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 1, "}"), at + 1);
        put_id(j, name);
    }
    for (const struct parameter *p = route->parameters; p && p->name; p++) put_query(j, p);
    json_end_array(j);
    if (route->body) put_body(j, route->body);
    if (route->flags & ROUTE_FILE) json_put_raw(j, "requestBody", FILE_BODY, sizeof FILE_BODY - 1);
    put_security(j, route);
    put_responses(j, route);
    json_end_object(j);
}

/* A path is written once, with all its methods. */
static bool written_before(const struct route *route)
{
    for (size_t t = 0; route_tables[t]; t++)
        for (const struct route *other = route_tables[t]; other->method; other++) {
            if (other == route) return false;
            if (strcmp(other->path, route->path) == 0) return true;
        }
    return false;
}

static void put_paths(struct json *j)
{
    json_begin_object(j, "paths");
    for (size_t t = 0; route_tables[t]; t++)
        for (const struct route *route = route_tables[t]; route->method; route++) {
            if (written_before(route)) continue;
            json_begin_object(j, route->path);
            for (size_t u = 0; route_tables[u]; u++)
                for (const struct route *other = route_tables[u]; other->method; other++)
                    if (strcmp(other->path, route->path) == 0) put_route(j, other);
            json_end_object(j);
        }
    json_end_object(j);
}

static void put_scheme(struct json *j, const char *name, const char *type, const char *const members[][2])
{
    json_begin_object(j, name);
    json_put_string(j, "type", type);
    for (; (*members)[0]; members++) json_put_string(j, (*members)[0], (*members)[1]);
    json_end_object(j);
}

static void put_components(struct json *j)
{
    static const char error[] =
        "{\"description\":\"错误 · error\",\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\","
        "\"required\":[\"error\"],\"properties\":{\"error\":{\"type\":\"object\",\"required\":[\"code\",\"zh\",\"en\"],"
        "\"properties\":{\"code\":{\"type\":\"string\"},\"zh\":{\"type\":\"string\"},\"en\":{\"type\":\"string\"},"
        "\"detail\":{\"type\":\"string\"}}}}}}}}";
    json_begin_object(j, "components");
    json_begin_object(j, "responses");
    json_put_raw(j, "Error", error, sizeof error - 1);
    json_end_object(j);
    json_begin_object(j, "securitySchemes");
    put_scheme(
        j, "session", "apiKey",
        (const char *const[][2]){{"in", "cookie"},
                                 {"name", "__Host-wanglou"},
                                 {"description", "登录后的会话；本机 HTTP 时名为 wanglou · the session; over plain "
                                                 "HTTP on the machine itself its name is wanglou"},
                                 {NULL, NULL}});
    put_scheme(j, "csrf", "apiKey",
               (const char *const[][2]){{"in", "header"},
                                        {"name", "X-CSRF-Token"},
                                        {"description", "登录应答中的 csrf · `csrf` of the sign-in's answer"},
                                        {NULL, NULL}});
    put_scheme(
        j, "token", "http",
        (const char *const[][2]){{"scheme", "bearer"},
                                 {"description", "接口令牌 wlt_…；权限为路径第一段加 :read 或 :write · a machine's "
                                                 "token; its rights are the path's first segment and :read or "
                                                 ":write"},
                                 {NULL, NULL}});
    json_end_object(j);
    json_end_object(j);
}

void openapi_write(struct json *j)
{
    json_begin_object(j, NULL);
    json_put_string(j, "openapi", "3.0.3");
    json_begin_object(j, "info");
    json_put_string(j, "title", "望楼汇聚服务 · Wanglou collector");
    json_put_string(j, "version", WANGLOU_VERSION);
    json_begin_object(j, "license");
    json_put_string(j, "name", "Apache-2.0");
    json_end_object(j);
    json_end_object(j);
    json_begin_array(j, "servers");
    json_begin_object(j, NULL);
    json_put_string(j, "url", "/api/v1");
    json_end_object(j);
    json_end_array(j);
    put_paths(j);
    put_components(j);
    json_end_object(j);
}

static void show(struct request *r, struct reply *reply)
{
    (void)r;
    openapi_write(&reply->json);
}

const struct route routes_openapi[] = {
    {"GET", "/openapi.json", ALL_ROLES, 0, show, NULL, NULL, "接口说明", "This document"},
    ROUTES_END,
};
