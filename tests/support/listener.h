/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of the engine: a worker with everything wanted and one inspector that writes messages down as text. */
#ifndef WANGLOU_TESTS_SUPPORT_LISTENER_H
#define WANGLOU_TESTS_SUPPORT_LISTENER_H

#include <stdlib.h>

#include "common/options.h"
#include "parsers/registry.h"
#include "sensor/engine/worker.h"

struct listener {
    struct sensor_options options;
    struct options *loaded;
    struct worker *worker;
    char **lines; /* NULL: messages are read whole, and forgotten */
    size_t count, room;
    uint64_t messages, touched; /* touched: sum over all values, so that each is really read */
    bool keep, bare;            /* bare: lines without values, and no line for what has nothing else to say */
};

static struct listener *the_listener;

static inline void listener_touch(struct listener *l, const struct message *m)
{
    char text[256];
    for (uint32_t i = 0; i < m->value_count; i++) {
        const struct value *v = &m->values[i];
        if (v->kind == VALUE_BYTES || v->kind == VALUE_TEXT)
            for (uint32_t k = 0; k < v->length; k++) l->touched += v->bytes[k];
        l->touched += value_print(v, text, sizeof text);
    }
}

/* Everything a reader is told but times and the frames of others, which change with the cutting. */
static inline void listener_write(struct listener *l, const struct message *m)
{
    static char line[1 << 20];
    if (l->bare && !m->has_operation && !m->anomaly_count) return;
    size_t n = (size_t)snprintf(line, sizeof line, "%u>%u %s %u %s %u %u %u %u", m->packet->src_port,
                                m->packet->dst_port, m->parser->name, m->operation_code,
                                ot_class_name[m->operation_class], m->role, m->status, m->status_code, m->unit);
    for (unsigned i = 0; i < m->anomaly_count && n < sizeof line; i++)
        n += (size_t)snprintf(line + n, sizeof line - n, " !%s",
                              m->anomalies[i].parser->anomalies[m->anomalies[i].anomaly].name);
    for (uint32_t i = 0; !l->bare && i < m->value_count && n + 64 < sizeof line; i++) {
        const char *name = field_of(m->values[i].field)->name;
        if (strstr(name, "frame") || strstr(name, "latency") || strstr(name, "time")) continue;
        n += (size_t)snprintf(line + n, sizeof line - n, " %s=", name);
        if (n >= sizeof line) break;
        n += value_print(&m->values[i], line + n, sizeof line - n);
    }
    if (l->count == l->room) {
        l->room = l->room ? l->room * 2 : 1024;
        l->lines = realloc(l->lines, l->room * sizeof *l->lines);
    }
    l->lines[l->count++] = strdup(line);
}

static void listener_message(void *self, const struct message *m)
{
    struct listener *l = the_listener;
    (void)self;
    l->messages++;
    listener_touch(l, m);
    if (l->keep) listener_write(l, m);
}

static const struct inspector listener_inspector = {.name = "listener", .on_message = listener_message};

/* From now on parsers make all fields, or none. */
static inline void listener_want(struct listener *l, bool all)
{
    for (unsigned c = 0; c < OT_CLASS_COUNT; c++)
        memset((uint8_t *)l->worker->emitter.want_of_class[c], all, registry()->field_count);
}

/* NULL when the worker can not be opened. */
static inline struct listener *listener_open(bool keep)
{
    struct listener *l = calloc(1, sizeof *l);
    struct fault fault = {0};
    if (!registry_open(fault.text, sizeof fault.text)) return NULL;
    l->keep = keep;
    l->loaded = sensor_options_load(NULL, NULL, &l->options, &fault);
    l->options.flows = 4096;
    l->options.memory = 64 << 20;
    l->worker = l->loaded ? worker_open(&l->options, NULL, NULL, 0, &fault) : NULL;
    if (!l->worker) {
        fprintf(stderr, "%s\n", fault.text);
        return NULL;
    }
    the_listener = l;
    worker_listen(l->worker, &listener_inspector, calloc(1, 1));
    listener_want(l, true);
    return l;
}

static inline void listener_close(struct listener *l)
{
    for (size_t i = 0; i < l->count; i++) free(l->lines[i]);
    free(l->lines);
    worker_close(l->worker);
    options_free(l->loaded);
    free(l);
}

#endif
