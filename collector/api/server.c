/* SPDX-License-Identifier: Apache-2.0 */
/* libmicrohttpd around the API: connections, request bodies, headers of every reply. RFC 9110; OWASP's secure headers.
 */
#include "collector/api/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/service/log.h"

enum { CONNECTION_MEMORY = 32 * 1024, RECEIVED_MOST = 1 << 20 };

struct server {
    struct api *api;
    struct MHD_Daemon *daemon;
};

/* One request on its way. */
struct exchange {
    struct request request;
    struct reply reply;
    bool too_large;
    char *body;
    size_t length, room, received;
};

static void address_of(struct MHD_Connection *connection, char out[64])
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    snprintf(out, 64, "?");
    if (address && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, out, 64);
    else if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, out, 64);
}

static void add_headers(const struct server *server, struct MHD_Response *response)
{
    static const char *const headers[][2] = {
        {"Content-Security-Policy",
         "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
         "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    if (server->api->secure) MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    if (!MHD_get_response_header(response, "Cache-Control"))
        MHD_add_response_header(response, "Cache-Control", "no-store");
}

static enum MHD_Result send_reply(const struct server *server, struct exchange *e)
{
    struct reply *reply = &e->reply;
    struct MHD_Response *response = reply->response;
    if (!response) {
        if (!json_ok(&reply->json)) reply_error(reply, API_INTERNAL, "too large");
        size_t length = reply->status == MHD_HTTP_NO_CONTENT ? 0 : json_length(&reply->json);
        response = MHD_create_response_from_buffer(length, reply->json.start, MHD_RESPMEM_MUST_FREE);
        if (!response) return MHD_NO;
        reply->json = json_over(NULL, 0);
        if (length) MHD_add_response_header(response, "Content-Type", "application/json; charset=utf-8");
    }
    reply->response = NULL;
    if (reply->cookie[0]) MHD_add_response_header(response, "Set-Cookie", reply->cookie);
    if (reply->allow[0] && reply->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow", reply->allow);
    if (reply->status == MHD_HTTP_TOO_MANY_REQUESTS) MHD_add_response_header(response, "Retry-After", "5");
    add_headers(server, response);
    enum MHD_Result result = MHD_queue_response(e->request.connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- files of the console ---- */

static bool accepts_gzip(const struct request *r)
{
    const char *accepted = request_header(r, "Accept-Encoding");
    return accepted && strstr(accepted, "gzip");
}

static void answer_page(const struct server *server, struct exchange *e, const char *path)
{
    const struct request *r = &e->request;
    if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0)
        reply_error(&e->reply, API_METHOD, NULL);
    else if (!limits_request(server->api->limits, r->address))
        reply_error(&e->reply, API_TOO_MANY, NULL);
    else
        e->reply.response =
            pages_find(server->api->pages, path, accepts_gzip(r), request_header(r, "If-None-Match"), &e->reply.status);
}

/* ---- libmicrohttpd's calls ---- */

/* A body that is a file goes to the disk as it comes. */
static void begin_file(struct exchange *e)
{
    struct fault fault = {""};
    struct request *r = &e->request;
    r->upload_fd = uploads_receive(r->api->uploads, r->upload, &fault);
    if (r->upload_fd >= 0) return;
    r->upload[0] = 0;
    r->route = NULL;
    reply_fault(&e->reply, &fault);
}

static bool take_file(struct exchange *e, const char *data, size_t length)
{
    struct request *r = &e->request;
    r->upload_bytes += length;
    return r->upload_bytes <= r->api->upload_most && write(r->upload_fd, data, length) == (ssize_t)length;
}

static void end_file(struct request *r)
{
    if (r->upload_fd >= 0) close(r->upload_fd);
    r->upload_fd = -1;
}

/* The first call for a request: its head is here, its body is not. Wrong ones are answered when the body has come. */
static enum MHD_Result begin(struct server *server, struct MHD_Connection *connection, const char *path,
                             const char *method, void **context)
{
    static const char prefix[] = "/api/v1";
    struct exchange *e = calloc(1, sizeof *e);
    if (!e) return MHD_NO;
    e->request.api = server->api;
    e->request.connection = connection;
    e->request.method = method;
    e->request.upload_fd = -1;
    e->reply.json.grow = json_grow_heap;
    address_of(connection, e->request.address);
    if (strncmp(path, "/api/", 5) != 0)
        answer_page(server, e, path);
    else if (strncmp(path, prefix, sizeof prefix - 1) != 0)
        reply_error(&e->reply, API_NOT_FOUND, NULL);
    else
        e->request.route = api_route(&e->request, path + sizeof prefix - 1, &e->reply);
    if (e->request.route && e->request.route->flags & ROUTE_FILE) begin_file(e);
    *context = e;
    return MHD_YES;
}

static bool take_body(struct exchange *e, const char *data, size_t length)
{
    if (e->length + length > BODY_MOST) return false;
    if (e->length + length > e->room) {
        size_t room = e->length + length > 4096 ? BODY_MOST : 4096;
        char *grown = realloc(e->body, room);
        if (!grown) return false;
        e->body = grown;
        e->room = room;
    }
    memcpy(e->body + e->length, data, length);
    e->length += length;
    return true;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *size, void **state)
{
    struct server *server = context;
    struct exchange *e = *state;
    (void)version;
    if (!e) return begin(server, connection, path, method, state);
    if (*size) {
        bool file = e->request.upload_fd >= 0;
        e->received += *size;
        /* Whoever goes on sending is cut off. */
        if (e->received > RECEIVED_MOST + (file ? server->api->upload_most : 0)) return MHD_NO;
        if (e->request.route && !e->too_large)
            e->too_large = file ? !take_file(e, data, *size) : !take_body(e, data, *size);
        *size = 0;
        return MHD_YES;
    }
    end_file(&e->request);
    if (e->too_large)
        reply_error(&e->reply, API_TOO_LARGE, NULL);
    else if (e->request.route)
        api_handle(&e->request, e->body, e->length, &e->reply);
    if (e->request.reader) readers_give(server->api->readers, e->request.reader);
    e->request.reader = NULL;
    if (e->reply.later) {
        e->reply.later = false;
        return MHD_YES; /* it is called again */
    }
    return send_reply(server, e);
}

static void end(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    struct exchange *e = *state;
    (void)context, (void)connection, (void)why;
    if (!e) return;
    readers_give(e->request.api->readers, e->request.reader);
    if (e->reply.response) MHD_destroy_response(e->reply.response);
    end_file(&e->request);
    if (e->request.upload[0]) unlink(e->request.upload);
    if (e->request.later) e->request.later_forget(e->request.later);
    json_decref(e->request.body);
    free(e->reply.json.start);
    free(e->body);
    sodium_memzero(&e->request.session, sizeof e->request.session); /* it has the person's key */
    free(e);
    *state = NULL;
}

static void log_message(void *context, const char *format, va_list arguments)
{
    (void)context, (void)format, (void)arguments; /* clients that break off are no news */
}

bool server_loopback(const char *address)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, address, &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, address, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static bool socket_address(const struct server_options *o, struct sockaddr_storage *out, struct fault *fault)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, o->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(o->port);
    } else if (inet_pton(AF_INET6, o->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(o->port);
    } else {
        return fault_set(fault, "http.address: '%s' is no IP address", o->address);
    }
    return true;
}

struct server *server_start(const struct server_options *o, struct api *api, struct fault *fault)
{
    struct sockaddr_storage address;
    if (!socket_address(o, &address, fault)) return NULL;
    struct server *server = calloc(1, sizeof *server);
    if (!server) abort();
    server->api = api;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0) | (o->certificate ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, o->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, o->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305"},
        {MHD_OPTION_END, 0, NULL},
    };
    errno = 0;
    server->daemon = MHD_start_daemon(
        flags, o->port, NULL, NULL, answer, server, MHD_OPTION_EXTERNAL_LOGGER, log_message, NULL, MHD_OPTION_SOCK_ADDR,
        &address, MHD_OPTION_THREAD_POOL_SIZE, o->threads, MHD_OPTION_CONNECTION_LIMIT, o->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->connections_of_address, MHD_OPTION_CONNECTION_TIMEOUT,
        o->timeout_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_NOTIFY_COMPLETED,
        end, server, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_ARRAY, o->certificate ? tls : tls + 3,
        MHD_OPTION_END);
    if (server->daemon) return server;
    fault_set(fault, "cannot listen on %s port %u: %s", o->address, o->port, errno ? strerror(errno) : "refused");
    free(server);
    return NULL;
}

uint16_t server_port(const struct server *server)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

void server_stop(struct server *server)
{
    if (!server) return;
    MHD_stop_daemon(server->daemon);
    free(server);
}
