/* SPDX-License-Identifier: Apache-2.0 */
/* The sensor's PUB socket (ZeroMQ), without keys and therefore local. */
#include "sensor/publish/subscribers.h"
#include "common/event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { QUEUE = 10000, TOPIC = 128 };

struct subscribers {
    void *zmq, *socket;
    char topic[EVENT_TYPE_COUNT][TOPIC];
    size_t topic_length[EVENT_TYPE_COUNT];
};

static bool is_local(const char *endpoint)
{
    static const char *const local[] = {"ipc://", "tcp://127.", "tcp://[::1]:"};
    for (unsigned i = 0; i < sizeof local / sizeof *local; i++)
        if (strncmp(endpoint, local[i], strlen(local[i])) == 0) return true;
    return false;
}

struct subscribers *subscribers_open(const char *endpoint, const char *sensor, struct fault *fault)
{
    const int none = 0, queue = QUEUE;
    if (!is_local(endpoint)) {
        fault_set(fault, "%s: subscribers have no keys; use ipc://PATH or tcp://127.0.0.1:PORT", endpoint);
        return NULL;
    }
    struct subscribers *s = calloc(1, sizeof *s);
    if (s && (s->zmq = zmq_ctx_new()) && (s->socket = zmq_socket(s->zmq, ZMQ_PUB)) &&
        zmq_setsockopt(s->socket, ZMQ_LINGER, &none, sizeof none) == 0 &&
        zmq_setsockopt(s->socket, ZMQ_SNDHWM, &queue, sizeof queue) == 0 && zmq_bind(s->socket, endpoint) == 0) {
        for (unsigned i = 0; i < EVENT_TYPE_COUNT; i++) {
            snprintf(s->topic[i], TOPIC, "%s.%s", event_type_name[i], sensor ? sensor : "");
            s->topic_length[i] = strlen(s->topic[i]);
        }
        return s;
    }
    fault_set(fault, "%s: cannot be listened to: %s", endpoint, zmq_strerror(errno));
    subscribers_close(s);
    return NULL;
}

void subscribers_send(struct subscribers *s, unsigned type, const char *line, size_t length, const char *tail,
                      size_t tail_length)
{
    zmq_msg_t message;
    if (type >= EVENT_TYPE_COUNT || zmq_msg_init_size(&message, length + tail_length - 1)) return;
    char *to = zmq_msg_data(&message);
    memcpy(to, line, length);
    memcpy(to + length, tail, tail_length - 1); /* without the line's end */
    zmq_send(s->socket, s->topic[type], s->topic_length[type], ZMQ_SNDMORE | ZMQ_DONTWAIT);
    if (zmq_msg_send(&message, s->socket, ZMQ_DONTWAIT) < 0) zmq_msg_close(&message);
}

void subscribers_close(struct subscribers *s)
{
    if (!s) return;
    if (s->socket) zmq_close(s->socket);
    if (s->zmq) zmq_ctx_term(s->zmq);
    free(s);
}
