/* SPDX-License-Identifier: Apache-2.0 */
/* A PUB socket (ZeroMQ) without keys, and therefore local. */
#include "common/link/subscribers.h"
#include "common/event.h"

#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { QUEUE = 10000, TOPIC = 192 };

struct subscribers {
    void *zmq, *socket;
};

static bool is_local(const char *endpoint)
{
    static const char *const local[] = {"ipc://", "tcp://127.", "tcp://[::1]:"};
    for (unsigned i = 0; i < sizeof local / sizeof *local; i++)
        if (strncmp(endpoint, local[i], strlen(local[i])) == 0) return true;
    return false;
}

struct subscribers *subscribers_open(const char *endpoint, struct fault *fault)
{
    const int none = 0, queue = QUEUE;
    if (!is_local(endpoint)) {
        fault_set(fault, "%s: subscribers have no keys; use ipc://PATH or tcp://127.0.0.1:PORT", endpoint);
        return NULL;
    }
    struct subscribers *s = calloc(1, sizeof *s);
    if (s && (s->zmq = zmq_ctx_new()) && (s->socket = zmq_socket(s->zmq, ZMQ_PUB)) &&
        zmq_setsockopt(s->socket, ZMQ_LINGER, &none, sizeof none) == 0 &&
        zmq_setsockopt(s->socket, ZMQ_SNDHWM, &queue, sizeof queue) == 0 && zmq_bind(s->socket, endpoint) == 0)
        return s;
    fault_set(fault, "%s: cannot be listened to: %s", endpoint, zmq_strerror(zmq_errno()));
    subscribers_close(s);
    return NULL;
}

void subscribers_send(struct subscribers *s, const char *type, size_t type_length, const char *sensor,
                      size_t sensor_length, const char *line, size_t length, const char *tail, size_t tail_length)
{
    zmq_msg_t message;
    char topic[TOPIC];
    if (type_length + 1 + sensor_length > sizeof topic || zmq_msg_init_size(&message, length + tail_length)) return;
    memcpy(topic, type, type_length);
    topic[type_length] = '.';
    memcpy(topic + type_length + 1, sensor, sensor_length);
    char *to = zmq_msg_data(&message);
    memcpy(to, line, length);
    memcpy(to + length, tail, tail_length);
    if (zmq_send(s->socket, topic, type_length + 1 + sensor_length, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0 ||
        zmq_msg_send(&message, s->socket, ZMQ_DONTWAIT) < 0)
        zmq_msg_close(&message);
}

void subscribers_send_lines(struct subscribers *s, const char *lines, size_t length)
{
    for (const char *at = lines, *end = lines + length, *next; at < end; at = next + 1) {
        struct event_envelope e;
        next = memchr(at, '\n', (size_t)(end - at));
        if (!next) next = end;
        if (event_scan(at, (size_t)(next - at), &e) && e.sensor)
            subscribers_send(s, e.type_name, e.type_length, e.sensor, e.sensor_length, at, (size_t)(next - at), "", 0);
    }
}

void subscribers_close(struct subscribers *s)
{
    if (!s) return;
    if (s->socket) zmq_close(s->socket);
    if (s->zmq) zmq_ctx_term(s->zmq);
    free(s);
}
