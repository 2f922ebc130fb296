/* SPDX-License-Identifier: Apache-2.0 */
/* Figures for Prometheus (text exposition format 0.0.4): alerts, devices, nodes, disk, outputs. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/output/output.h"
#include "collector/store/internal.h"
#include "collector/store/scope.h"
#include "collector/store/summary.h"
#include "common/version.h"

enum { OUTPUTS_MOST = 8 };

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP wanglou_%s %s\n# TYPE wanglou_%s %s\n", name, help, name, type);
}

static void put_store(FILE *out, const struct store_summary *s, const struct store *store)
{
    uint64_t left, all;
    head(out, "alerts_open", "gauge", "Alerts that nobody has looked at, by severity (1 the worst).");
    for (unsigned i = 1; i < SUMMARY_SEVERITIES; i++)
        fprintf(out, "wanglou_alerts_open{severity=\"%u\"} %llu\n", i, (unsigned long long)s->open_by_severity[i]);
    head(out, "alerts", "gauge", "Alerts that are kept, by state.");
    for (unsigned i = 0; i < ALERT_STATE_COUNT; i++)
        fprintf(out, "wanglou_alerts{state=\"%s\"} %llu\n", alert_state_name[i], (unsigned long long)s->by_state[i]);
    head(out, "devices", "gauge", "Devices that are known.");
    fprintf(out, "wanglou_devices %llu\n", (unsigned long long)s->devices);
    store_room(store, &left, &all);
    head(out, "disk_free_bytes", "gauge", "Room that is free on the disk of the store.");
    fprintf(out, "wanglou_disk_free_bytes %llu\n", (unsigned long long)left);
    head(out, "disk_size_bytes", "gauge", "Size of the disk of the store.");
    fprintf(out, "wanglou_disk_size_bytes %llu\n", (unsigned long long)all);
}

/* Names of nodes are of a small alphabet (common/keys.h): nothing in them to escape. */
static bool put_received(void *context, const struct node_row *n)
{
    fprintf(context,
            "wanglou_node_events_total{node=\"%s\"} %llu\nwanglou_node_gap_total{node=\"%s\"} %llu\n"
            "wanglou_node_refused_total{node=\"%s\"} %llu\nwanglou_node_last_seen_seconds{node=\"%s\"} %lld\n",
            n->name, (unsigned long long)n->stored, n->name, (unsigned long long)n->gap, n->name,
            (unsigned long long)n->refused, n->name, (long long)(n->last_seen_us / 1000000));
    return true;
}

static bool put_online(void *context, const struct collector_node *n)
{
    if (!n->enrolled.revoked)
        fprintf(context, "wanglou_node_online{node=\"%s\"} %d\nwanglou_node_backlog{node=\"%s\"} %llu\n",
                n->enrolled.name, n->online, n->enrolled.name, (unsigned long long)n->backlog);
    return true;
}

static void put_outputs(FILE *out, struct outputs *outputs)
{
    struct output_figures figures[OUTPUTS_MOST];
    unsigned count = outputs_look(outputs, figures, OUTPUTS_MOST);
    for (unsigned i = 0; i < count; i++)
        fprintf(out,
                "wanglou_output_sent_total{output=\"%s\"} %llu\nwanglou_output_refused_total{output=\"%s\"} %llu\n"
                "wanglou_output_failures_total{output=\"%s\"} %llu\nwanglou_output_connected{output=\"%s\"} %d\n",
                figures[i].name, (unsigned long long)figures[i].sent, figures[i].name,
                (unsigned long long)figures[i].refused, figures[i].name, (unsigned long long)figures[i].failures,
                figures[i].name, figures[i].connected);
}

static void show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct store_summary summary;
    char *text = NULL;
    size_t length = 0;
    if (!reader) return;
    FILE *out = open_memstream(&text, &length);
    if (!out) abort();
    bool all = !*store_reader_scope_of(reader); /* nodes are for who may see all of them */
    bool good = store_summary(reader, store_now_us(), store_now_us(), &summary, &fault);
    head(out, "build_info", "gauge", "The version that runs.");
    fprintf(out, "wanglou_build_info{version=\"" WANGLOU_VERSION "\"} 1\n");
    if (good) put_store(out, &summary, r->api->store);
    good = good && (!all || (store_nodes(reader, put_received, out, &fault) &&
                             collector_link_nodes(r->api->link, put_online, out, &fault)));
    put_outputs(out, r->api->outputs);
    fclose(out);
    if (!good) {
        free(text);
        reply_fault(reply, &fault);
        return;
    }
    reply->response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
    if (!reply->response) abort();
    MHD_add_response_header(reply->response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
}

const struct route routes_metrics[] = {
    {"GET", "/metrics", ROLE_BIT(ADMINISTRATOR) | ROLE_BIT(OFFICER), 0, show, NULL, NULL, "Prometheus 指标",
     "Figures for Prometheus"},
    ROUTES_END,
};
