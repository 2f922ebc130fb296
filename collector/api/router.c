/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to its handler: path and method, session, role, token, parameters and body, each checked by the table.
 */
#include <ctype.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/api.h"
#include "collector/service/audit.h"
#include "collector/service/log.h"
#include "collector/store/internal.h"
#include "collector/store/scope.h"

/* ---- path ---- */

/* Does the path fit the pattern? `id` receives the segment that stands for {id}. */
static bool path_fits(const char *pattern, const char *path, char id[SEGMENT_MOST + 1])
{
    while (*pattern && *path) {
        if (*pattern != '{') {
            if (*pattern++ != *path++) return false;
            continue;
        }
        size_t n = strcspn(path, "/");
        if (!n || n > SEGMENT_MOST) return false;
        for (size_t i = 0; i < n; i++)
            if (!isalnum((unsigned char)path[i]) && !strchr("._@-", path[i])) return false;
        memcpy(id, path, n);
        id[n] = 0;
        path += n;
        pattern = strchr(pattern, '}') + 1;
    }
    return !*pattern && !*path;
}

/* A path that is spelled out goes before one with {id} in it. */
static const struct route *find_route(struct request *r, const char *path, struct reply *reply)
{
    const char *method = strcmp(r->method, MHD_HTTP_METHOD_HEAD) == 0 ? MHD_HTTP_METHOD_GET : r->method;
    const struct route *found = NULL;
    char id[SEGMENT_MOST + 1] = "";
    for (size_t table = 0; route_tables[table]; table++)
        for (const struct route *route = route_tables[table]; route->method; route++) {
            if (!path_fits(route->path, path, id)) continue;
            bool fits = strcmp(route->method, method) == 0;
            if (fits && (!found || !strchr(route->path, '{'))) {
                found = route;
                memcpy(r->id, id, sizeof id);
            }
            size_t n = strlen(reply->allow);
            if (!fits && n < sizeof reply->allow)
                snprintf(reply->allow + n, sizeof reply->allow - n, "%s%s", n ? ", " : "", route->method);
        }
    if (!found) reply_error(reply, reply->allow[0] ? API_METHOD : API_NOT_FOUND, NULL);
    return found;
}

/* ---- who ---- */

const char *request_header(const struct request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

/* A page of another origin may not act here, even where the browser sends no cookie along. */
static bool own_origin(const struct request *r)
{
    const char *site = request_header(r, "Sec-Fetch-Site"), *origin = request_header(r, "Origin"),
               *host = request_header(r, "Host");
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) return false;
    if (!origin) return true;
    const char *name = strstr(origin, "://");
    return name && host && strcmp(name + 3, host) == 0;
}

static bool is_safe(const char *method)
{
    return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

static bool token_fits(const struct request *r)
{
    const char *token = request_header(r, "X-CSRF-Token");
    return token && strlen(token) == SESSION_TOKEN && sodium_memcmp(token, r->session.csrf, SESSION_TOKEN) == 0;
}

void request_audit(struct request *r, const char *action, const char *object, const char *detail)
{
    struct fault fault = {""};
    char machine[ACCOUNT_NAME_MAX + TOKEN_NAME_MAX + 2];
    snprintf(machine, sizeof machine, "%s#%s", r->session.account.name, r->machine.name);
    struct audit_record record = {.actor = r->by_token    ? machine
                                           : r->signed_in ? r->session.account.name
                                                          : "",
                                  .address = r->address,
                                  .action = action,
                                  .object = object,
                                  .detail = detail};
    if (!audit_write(r->api->control, &record, &fault)) log_line(LOG_LINE_ERROR, "%s", fault.text);
}

static bool refuse(struct reply *reply, enum api_error error)
{
    reply_error(reply, error, NULL);
    return false;
}

bool request_in_scope(struct request *r, struct reply *reply, const char *sensor)
{
    if (scope_holds(r->session.account.scope, sensor, strlen(sensor))) return true;
    request_audit(r, "access.foreign", sensor, r->route->path);
    return refuse(reply, API_FOREIGN);
}

/* "Authorization: Bearer wlt_…": a machine acts for the owner of the token. */
static void find_machine(struct request *r)
{
    static const char scheme[] = "Bearer ";
    const char *header = request_header(r, "Authorization");
    if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0) return;
    r->signed_in = r->by_token =
        tokens_find(r->api->control, header + sizeof scheme - 1, &r->machine, &r->session.account);
}

/* The room of a route is the first segment of its path. */
static bool machine_may(const struct request *r, const struct route *route)
{
    return !(route->flags & ROUTE_PERSON) &&
           token_allows(&r->machine, route->path + 1, strcspn(route->path + 1, "/"), !is_safe(r->method));
}

static bool may(struct request *r, const struct route *route, struct reply *reply)
{
    const char *cookie =
        MHD_lookup_connection_value(r->connection, MHD_COOKIE_KIND, r->api->secure ? "__Host-wanglou" : "wanglou");
    find_machine(r);
    if (!r->by_token && cookie && strlen(cookie) == SESSION_TOKEN) {
        memcpy(r->token, cookie, SESSION_TOKEN + 1);
        r->signed_in = sessions_find(r->api->sessions, r->token, true, &r->session);
    }
    if (!is_safe(r->method) && !own_origin(r)) return refuse(reply, API_CSRF);
    if (!route->roles) return true;
    if (!r->signed_in) return refuse(reply, API_NOT_SIGNED_IN);
    if (!r->by_token && !is_safe(r->method) && !token_fits(r)) return refuse(reply, API_CSRF);
    if (!(route->roles >> r->session.account.role & 1)) {
        request_audit(r, "access.denied", route->path, route->method);
        return refuse(reply, API_FORBIDDEN);
    }
    if (r->by_token && !machine_may(r, route)) {
        request_audit(r, "access.denied", route->path, route->method);
        return refuse(reply, API_TOKEN_SCOPE);
    }
    return !r->session.account.must_change_password || route->flags & ROUTE_ALWAYS ||
           refuse(reply, API_PASSWORD_CHANGE);
}

/* ---- parameters ---- */

static const struct parameter *find_parameter(const struct parameter *list, const char *name)
{
    for (; list && list->name; list++)
        if (strcmp(list->name, name) == 0) return list;
    return NULL;
}

static bool uint_of(const char *text, uint64_t *out)
{
    size_t n = strlen(text);
    if (!n || n > 18 || strspn(text, "0123456789") != n) return false;
    *out = strtoull(text, NULL, 10);
    return true;
}

/* Bits of the names in "a,b"; false when one is none of them. */
static bool bits_of(const struct parameter *p, const char *text, unsigned *bits)
{
    *bits = 0;
    while (*text) {
        size_t n = strcspn(text, ","), i = 0;
        while (p->names[i] && (strlen(p->names[i]) != n || memcmp(p->names[i], text, n) != 0)) i++;
        if (!p->names[i]) return false;
        *bits |= 1u << i;
        text += n;
        if (*text == ',') text++;
    }
    return true;
}

static bool value_fits(const struct parameter *p, const char *value)
{
    uint64_t number;
    unsigned bits;
    switch (p->type) {
    case PARAMETER_TEXT:
        return strlen(value) <= p->most;
    case PARAMETER_UINT:
        return uint_of(value, &number) && number >= p->least && number <= p->most;
    case PARAMETER_TIME:
        return store_time_us(value, strlen(value)) > 0;
    case PARAMETER_NAMES:
        return bits_of(p, value, &bits);
    case PARAMETER_BOOL:
        return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
    }
    return false;
}

struct parameter_check {
    const struct parameter *list;
    struct reply *reply;
};

static enum MHD_Result check_parameter(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct parameter_check *check = context;
    (void)kind;
    const struct parameter *p = find_parameter(check->list, name);
    if (p && (!value || !*value || value_fits(p, value))) return MHD_YES;
    reply_error(check->reply, p ? API_BAD_PARAMETER : API_UNKNOWN_PARAMETER, name);
    return MHD_NO;
}

const char *request_text(const struct request *r, const char *name)
{
    const char *value = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name);
    return value && *value ? value : NULL;
}

uint64_t request_uint(const struct request *r, const char *name, uint64_t otherwise)
{
    const char *value = request_text(r, name);
    uint64_t number;
    return value && uint_of(value, &number) ? number : otherwise;
}

bool request_flag(const struct request *r, const char *name)
{
    const char *value = request_text(r, name);
    return value && strcmp(value, "true") == 0;
}

struct list_page request_page(const struct request *r)
{
    const char *cursor = request_text(r, "cursor");
    return (struct list_page){.before = cursor ? strtoll(cursor, NULL, 10) : 0,
                              .limit = (unsigned)request_uint(r, "limit", 50)};
}

int64_t request_time(const struct request *r, const char *name)
{
    const char *value = request_text(r, name);
    return value ? store_time_us(value, strlen(value)) : 0;
}

unsigned request_bits(const struct request *r, const char *name)
{
    const char *value = request_text(r, name);
    unsigned bits = 0;
    if (value) bits_of(find_parameter(r->route->parameters, name), value, &bits);
    return bits;
}

/* ---- body ---- */

static bool member_fits(const struct parameter *p, const json_t *value)
{
    unsigned bits;
    if (json_is_null(value)) return !p->required;
    if (p->type == PARAMETER_BOOL) return json_is_boolean(value);
    if (p->type == PARAMETER_UINT)
        return json_is_integer(value) && json_integer_value(value) >= 0 &&
               (uint64_t)json_integer_value(value) >= p->least && (uint64_t)json_integer_value(value) <= p->most;
    const char *text = json_string_value(value);
    if (!text || strlen(text) != json_string_length(value)) return false;
    if (!*text) return !p->required;
    if (p->type == PARAMETER_NAMES) return !strchr(text, ',') && bits_of(p, text, &bits);
    return value_fits(p, text);
}

static bool check_body(struct request *r, struct reply *reply)
{
    const char *wrong = NULL, *name;
    json_t *value;
    json_object_foreach(r->body, name, value)
    {
        const struct parameter *p = find_parameter(r->route->body, name);
        if (!p || !member_fits(p, value)) wrong = name;
    }
    for (const struct parameter *p = r->route->body; p->name; p++)
        if (p->required && !json_object_get(r->body, p->name)) wrong = p->name;
    if (wrong) reply_error(reply, API_BAD_BODY, wrong);
    return !wrong;
}

const char *request_body_text(const struct request *r, const char *name)
{
    const char *text = json_string_value(json_object_get(r->body, name));
    return text ? text : "";
}

static bool read_body(struct request *r, const char *body, size_t length, struct reply *reply)
{
    static const char json_type[] = "application/json";
    const char *type = request_header(r, "Content-Type");
    json_error_t error;
    if (r->route->flags & ROUTE_FILE) return true;
    if (!r->route->body) return !length || refuse(reply, API_BAD_BODY);
    if (!type || strncasecmp(type, json_type, sizeof json_type - 1) != 0 || !strchr("; ", type[sizeof json_type - 1]))
        return refuse(reply, API_NOT_JSON);
    r->body = json_loadb(body ? body : "", length, JSON_REJECT_DUPLICATES, &error);
    return json_is_object(r->body) ? check_body(r, reply) : refuse(reply, API_BAD_BODY);
}

/* ---- the two steps ---- */

const struct route *api_route(struct request *r, const char *path, struct reply *reply)
{
    if (!limits_request(r->api->limits, r->address)) {
        reply_error(reply, API_TOO_MANY, NULL);
        return NULL;
    }
    const struct route *route = find_route(r, path, reply);
    if (!route || !may(r, route, reply)) return NULL;
    struct parameter_check check = {route->parameters, reply};
    MHD_get_connection_values(r->connection, MHD_GET_ARGUMENT_KIND, check_parameter, &check);
    if (reply->status) return NULL;
    r->route = route;
    const char *sensor = find_parameter(route->parameters, "sensor") ? request_text(r, "sensor") : NULL;
    return !sensor || request_in_scope(r, reply, sensor) ? route : NULL;
}

void api_handle(struct request *r, const char *body, size_t length, struct reply *reply)
{
    if (!r->later && !read_body(r, body, length, reply)) return;
    r->route->handle(r, reply);
    if (reply->status == MHD_HTTP_NOT_FOUND && r->reader && store_reader_foreign(r->reader)) {
        request_audit(r, "access.foreign", r->id, r->route->path); /* it is there, and not this person's */
        reply_error(reply, API_FOREIGN, NULL);
    }
    if (!reply->status && !reply->later) reply->status = MHD_HTTP_OK;
    if (r->api->wake && reply->status < 300 && strcmp(r->method, "GET") != 0) r->api->wake(NULL);
}
