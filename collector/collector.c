/* SPDX-License-Identifier: Apache-2.0 */
/* The collector put together. */
#include "collector/collector.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/api/handlers.h"
#include "collector/api/later.h"
#include "collector/api/server.h"
#include "collector/assess/tell.h"
#include "collector/link/link.h"
#include "collector/link/parent.h"
#include "collector/output/output.h"
#include "collector/report/inspecting.h"
#include "collector/report/rollup.h"
#include "collector/service/audit.h"
#include "collector/service/certificate.h"
#include "collector/service/event_filter.h"
#include "collector/service/hierarchy.h"
#include "collector/service/log.h"
#include "collector/service/policies.h"
#include "collector/service/work.h"
#include "collector/store/internal.h"
#include "collector/store/items.h"
#include "common/version.h"

enum { SUPPRESSION_SECONDS = 5, BEAT_SECONDS = 15, RETAIN_SECONDS = 600, CHECK_SECONDS = 5, PATH_ROOM = 512 };

struct collector {
    const struct collector_options *options;
    int lock; /* of the directory; -1: none */
    char nodes[PATH_ROOM + 8], key[PATH_ROOM];
    struct api api;
    struct certificate certificate; /* empty: plain HTTP */
    struct server *server;
    struct parent *parent; /* NULL: none above */
    struct eve_file *eve;  /* NULL: none */
    unsigned ticks;
    enum store_room room; /* as last told */
};

/* Another collector on the same directory would be the end of both. */
static bool lock_directory(struct collector *c, struct fault *fault)
{
    char path[PATH_ROOM];
    const char *directory = c->options->directory;
    if (mkdir(directory, 0700) && errno != EEXIST)
        return fault_set(fault, "collector.directory: %s cannot be made: %s", directory, strerror(errno));
    if ((size_t)snprintf(path, sizeof path, "%s/lock", directory) >= sizeof path)
        return fault_set(fault, "collector.directory: %s is too long", directory);
    c->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (c->lock < 0) return fault_set(fault, "%s: %s", path, strerror(errno));
    if (flock(c->lock, LOCK_EX | LOCK_NB))
        return fault_set(fault, "%s: another wanglou-collector is at work here; stop it first", directory);
    return true;
}

static void committed(void *context)
{
    struct collector *c = context;
    if (c->api.streams) streams_wake(c->api.streams);
    outputs_wake(c->api.outputs);
}

/* The one time that passwords are shown. */
static void tell_password(void *context, const struct account *account, const char *password)
{
    (void)context;
    printf("one-time password: %s %s\n", account->name, password);
    fflush(stdout);
}

static void record(struct collector *c, const char *action, const char *detail)
{
    struct fault fault = {""};
    struct audit_record r = {.actor = "system", .action = action, .object = c->options->name, .detail = detail};
    if (!audit_write(c->api.control, &r, &fault)) log_line(LOG_LINE_ERROR, "%s", fault.text);
}

enum { PASSWORD_MOST_BYTES = 256 };

static bool read_password(const char *path, char out[PASSWORD_MOST_BYTES], struct fault *fault)
{
    FILE *in = path ? fopen(path, "re") : NULL;
    if (path && !in) return fault_set(fault, "store.password_file: %s: %s", path, strerror(errno));
    if (in && fgets(out, PASSWORD_MOST_BYTES, in)) out[strcspn(out, "\r\n")] = 0;
    if (in) fclose(in);
    return true;
}

static bool open_store(struct collector *c, struct fault *fault)
{
    struct fault notice = {""};
    struct store_options options = {.directory = c->options->directory,
                                    .retention_days = (unsigned)c->options->retention_days,
                                    .quota_bytes = c->options->quota,
                                    .warn_bytes = c->options->warn_free,
                                    .free_bytes = c->options->keep_free,
                                    .committed = committed,
                                    .context = c};
    char password[PASSWORD_MOST_BYTES] = "";
    struct clickhouse_options clickhouse = {.url = c->options->clickhouse_url,
                                            .user = c->options->clickhouse_user,
                                            .password = password,
                                            .database = c->options->clickhouse_database,
                                            .cluster = c->options->cluster,
                                            .shards = c->options->shards.items,
                                            .shard_count = c->options->shards.count,
                                            .dialect = (enum clickhouse_dialect)c->options->dialect};
    if (!read_password(c->options->clickhouse_password, password, fault)) return false;
    if (c->options->engine == ENGINE_CLICKHOUSE) options.clickhouse = &clickhouse;
    c->api.store = store_open(&options, &notice, fault);
    if (notice.text[0]) {
        log_line(LOG_LINE_WARNING, "%s", notice.text);
        record(c, "store.damaged", notice.text);
    }
    return c->api.store;
}

static void load_pages(struct collector *c)
{
    struct fault fault = {""};
    c->api.pages = pages_load(c->options->console, &fault);
    if (c->api.pages) return;
    log_line(LOG_LINE_WARNING, "http.console: %s; the API is served without a console", fault.text);
    c->api.pages = pages_load(NULL, &fault);
}

/* From any thread; signals that are pending already are one. */
static void wake(void *context)
{
    (void)context;
    kill(getpid(), SIGUSR1);
}

static void make_api(struct collector *c)
{
    const struct collector_options *o = c->options;
    struct api *api = &c->api;
    api->sessions =
        sessions_make((int64_t)(o->session_idle / 1000000000u), (int64_t)(o->session_longest / 1000000000u));
    api->policy = (struct accounts_policy){(unsigned)o->failures, (int64_t)(o->lock / 1000000000u)};
    double rate = (double)o->http_requests_per_second;
    api->wake = wake;
    api->limits = limits_make(rate, 5 * rate, 0.2, 20);
    api->readers = readers_make(api->store);
    api->streams = streams_make(api);
    api->laters = laters_make();
    api->inspecting = inspecting_open(o->directory, api->control);
    api->directory = o->directory;
    load_pages(c);
}

static void link_notice(const char *text) { log_line(LOG_LINE_NOTICE, "%s", text); }

static void node_changed(void *context, const char *node)
{
    struct collector *c = context;
    streams_node(c->api.streams, node);
}

/* The collector's own key: the configured one, or one made at the first start. */
static bool own_key(const struct collector_options *o, char path[PATH_ROOM], struct fault *fault)
{
    char directory[PATH_ROOM];
    struct keys keys;
    if (o->link_key) return (size_t)snprintf(path, PATH_ROOM, "%s", o->link_key) < PATH_ROOM;
    if ((size_t)snprintf(directory, sizeof directory, "%s/keys", o->directory) >= sizeof directory ||
        (size_t)snprintf(path, PATH_ROOM, "%s/%s.key", directory, o->name) >= PATH_ROOM)
        return fault_set(fault, "collector.directory: %s is too long", o->directory);
    if (access(path, F_OK) == 0) return true;
    if (mkdir(directory, 0700) && errno != EEXIST) return fault_set(fault, "%s: %s", directory, strerror(errno));
    bool good = keys_make(&keys, o->name, fault) && keys_write(&keys, directory, fault);
    keys_forget(&keys);
    return good;
}

static bool open_parent(struct collector *c, struct fault *fault)
{
    const struct collector_options *o = c->options;
    char pseudonyms[PATH_ROOM];
    if (!o->parent_address && !o->parent_key) return true;
    if ((size_t)snprintf(pseudonyms, sizeof pseudonyms, "%s/pseudonyms.key", o->directory) >= sizeof pseudonyms)
        return fault_set(fault, "collector.directory: %s is too long", o->directory);
    char *adopted = policies_text_in_force(c->api.control);
    struct parent_options options = {.endpoint = o->parent_address,
                                     .public_key = o->parent_key,
                                     .key_file = c->key,
                                     .pseudonyms = pseudonyms,
                                     .policy = o->parent_policy,
                                     .adopted = adopted,
                                     .most = o->parent_most,
                                     .store = c->api.store,
                                     .notice = link_notice,
                                     .received = wake};
    c->parent = parent_open(&options, fault);
    free(adopted);
    return c->parent;
}

static bool open_outputs(struct collector *c, struct fault *fault)
{
    const struct collector_options *o = c->options;
    struct outputs_options options = {.collector = o->name,
                                      .syslog = o->syslog,
                                      .format = (enum output_format)o->syslog_format,
                                      .ca = o->output_ca,
                                      .webhook = o->webhook,
                                      .webhook_secret = o->webhook_secret,
                                      .severity = (unsigned)o->output_severity,
                                      .store = c->api.store,
                                      .notice = link_notice};
    if (o->eve_file && !(c->eve = eve_open(o->eve_file, fault))) return false;
    if (!o->syslog && !o->webhook) return true;
    return (c->api.outputs = outputs_open(&options, fault));
}

static bool open_uploads(struct collector *c, struct fault *fault)
{
    const struct collector_options *o = c->options;
    struct uploads_options options = {.directory = o->directory,
                                      .sensor = o->upload_sensor,
                                      .signatures = o->upload_signatures,
                                      .store = c->api.store,
                                      .notice = link_notice};
    c->api.upload_most = o->upload_most;
    return (c->api.uploads = uploads_open(&options, fault));
}

static bool open_link(struct collector *c, struct fault *fault)
{
    const struct collector_options *o = c->options;
    if (!own_key(o, c->key, fault) || !open_parent(c, fault)) return false;
    snprintf(c->nodes, sizeof c->nodes, "%s%s", o->link_nodes ? o->link_nodes : o->directory,
             o->link_nodes ? "" : "/nodes");
    struct collector_link_options options = {.endpoint = o->link_listen,
                                             .key_file = c->key,
                                             .nodes = c->nodes,
                                             .subscribers = o->link_subscribers,
                                             .peers = o->link_peers,
                                             .store = c->api.store,
                                             .eve = c->eve,
                                             .notice = link_notice,
                                             .changed = node_changed,
                                             .context = c};
    return (c->api.link = collector_link_open(&options, fault));
}

static bool open_work(struct collector *c, struct fault *fault)
{
    const struct collector_options *o = c->options;
    struct work_options options = {.models = o->work_models,
                                   .authority = o->work_authority ? o->work_authority : o->name,
                                   .inspection_due = o->work_inspection_due,
                                   .highest = o->work_highest,
                                   .key_file = c->key,
                                   .control = c->api.control,
                                   .store = c->api.store,
                                   .link = c->api.link,
                                   .notice = link_notice};
    return (c->api.work = work_open(&options, fault));
}

static bool open_hierarchy(struct collector *c, struct fault *fault)
{
    struct hierarchy_options options = {.key_file = c->key,
                                        .parent = c->parent,
                                        .models = c->options->work_models,
                                        .control = c->api.control,
                                        .store = c->api.store,
                                        .link = c->api.link,
                                        .notice = link_notice};
    return (c->api.hierarchy = hierarchy_open(&options, fault));
}

/* HTTPS on every address but this machine's own, and wherever a certificate is configured. */
static bool load_certificate(struct collector *c, struct fault *fault)
{
    const struct collector_options *o = c->options;
    char directory[PATH_ROOM];
    if (o->certificate) return certificate_load(&c->certificate, o->certificate, o->certificate_key, fault);
    if (server_loopback(o->http_address)) return true;
    if ((size_t)snprintf(directory, sizeof directory, "%s/tls", o->directory) >= sizeof directory)
        return fault_set(fault, "collector.directory: %s is too long", o->directory);
    return certificate_own(&c->certificate, directory, o->http_address, fault);
}

static bool serve(struct collector *c, struct fault *fault)
{
    const struct collector_options *o = c->options;
    if (!load_certificate(c, fault)) return false;
    c->api.secure = c->certificate.pem;
    struct server_options options = {.address = o->http_address,
                                     .port = (uint16_t)o->http_port,
                                     .threads = (unsigned)o->http_threads,
                                     .connections = (unsigned)o->http_connections,
                                     .connections_of_address = (unsigned)o->http_connections_of_address,
                                     .timeout_seconds = (unsigned)(o->http_timeout / 1000000000u),
                                     .certificate = c->certificate.pem,
                                     .key = c->certificate.key_pem};
    return (c->server = server_start(&options, &c->api, fault));
}

/* For the one who starts it, and for programs: where to go. */
static void tell_where(const struct collector *c)
{
    bool v6 = strchr(c->options->http_address, ':');
    printf("link: port %u, key %s\n", collector_link_port(c->api.link), c->key);
    if (c->api.secure) printf("certificate: SHA-256 %s\n", c->certificate.fingerprint);
    printf("console: %s://%s%s%s:%u/\n", c->api.secure ? "https" : "http", v6 ? "[" : "", c->options->http_address,
           v6 ? "]" : "", (unsigned)server_port(c->server));
    fflush(stdout);
}

struct collector *collector_open(const struct collector_options *options, struct fault *fault)
{
    struct collector *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->options = options;
    c->lock = -1;
    bool good = event_filter_prepare(fault) && lock_directory(c, fault) &&
                (c->api.control = control_open(options->directory, fault)) && open_store(c, fault);
    if (good) make_api(c);
    /* Passwords are told last: a start that fails has not used them up. */
    good = good && open_uploads(c, fault) && open_outputs(c, fault) && open_link(c, fault) && open_work(c, fault) &&
           open_hierarchy(c, fault) && serve(c, fault) &&
           accounts_first_start(c->api.control, tell_password, NULL, fault);
    if (!good) {
        collector_close(c);
        return NULL;
    }
    tell_where(c);
    record(c, "collector.start", WANGLOU_VERSION);
    if (options->accept_short_retention) record(c, "store.short_retention", "accepted by the configuration");
    return c;
}

/* One closed day at a time is read through; and how much room there is. People hear of what has changed. */
static void check_store(struct collector *c)
{
    static const char *const words[] = {
        [STORE_ROOM_GOOD] = "disk: there is room again",
        [STORE_ROOM_SHORT] = "disk: room is getting short (store.warn_free)",
        [STORE_ROOM_FULL] = "disk: full but for what is kept free (store.keep_free); nothing is taken in"};
    struct fault notice = {""}, fault = {""};
    uint64_t left, all;
    enum store_room room = store_room(c->api.store, &left, &all);
    if (room != c->room) {
        log_line(room == STORE_ROOM_GOOD ? LOG_LINE_NOTICE : LOG_LINE_WARNING, "%s", words[room]);
        record(c, "store.room", words[room]);
        c->room = room;
        if (!assess_tell(c->api.store, &fault))
            log_line(LOG_LINE_ERROR, "summary: %s", fault.text); /* the parent hears */
    }
    store_check_next(c->api.store, &notice);
    if (!notice.text[0]) return;
    log_line(LOG_LINE_WARNING, "%s", notice.text);
    record(c, "store.damaged", notice.text);
}

void collector_turn(struct collector *c)
{
    work_tick(c->api.work);
    hierarchy_turn(c->api.hierarchy);
}

/* What was sent downward is kept as long as events are. */
static void forget_items(struct collector *c)
{
    struct fault fault = {""};
    int64_t kept_us = (int64_t)c->options->retention_days * 86400 * 1000000;
    if (kept_us && !items_prune(c->api.store, store_now_us() - kept_us, &fault))
        log_line(LOG_LINE_ERROR, "%s", fault.text);
}

void collector_tick(struct collector *c)
{
    struct fault fault = {""};
    if (c->ticks % BEAT_SECONDS == 0) streams_beat(c->api.streams);
    if (c->ticks % RETAIN_SECONDS == 0) {
        int dropped = store_retain(c->api.store, store_now_us(), &fault);
        if (dropped < 0) log_line(LOG_LINE_ERROR, "%s", fault.text);
        if (dropped > 0) record(c, "store.retention", "days dropped");
        forget_items(c);
    }
    if (c->ticks % CHECK_SECONDS == 1) check_store(c);
    uint64_t every = c->options->summary_every / 1000000000u;
    if (c->ticks % every == every - 1 &&
        !(assess_tell(c->api.store, &fault) && rollup_tell(c->api.control, c->api.store, &fault)))
        log_line(LOG_LINE_ERROR, "summary: %s", fault.text);
    collector_turn(c);
    if (c->ticks % SUPPRESSION_SECONDS == 0) suppressions_tick(&c->api);
    c->ticks++;
}

void collector_close(struct collector *c)
{
    if (!c) return;
    struct api *api = &c->api;
    if (api->streams) streams_stop(api->streams);
    laters_stop(api->laters);
    if (c->server) record(c, "collector.stop", "");
    server_stop(c->server);
    hierarchy_close(api->hierarchy);
    work_close(api->work);
    collector_link_close(api->link); /* after those who ask it */
    uploads_close(api->uploads);
    outputs_close(api->outputs);
    eve_close(c->eve);
    parent_close(c->parent);
    readers_free(api->readers);
    store_close(api->store);
    streams_free(api->streams);
    pages_free(api->pages);
    limits_free(api->limits);
    laters_free(api->laters);
    inspecting_close(api->inspecting);
    sessions_free(api->sessions);
    control_close(api->control);
    certificate_free(&c->certificate);
    if (c->lock >= 0) close(c->lock);
    free(c);
}
