/* SPDX-License-Identifier: Apache-2.0 */
/* Captures that people upload: read by a sensor process of their own, one at a time, under limits on memory, processor
 * time and open files; its events are stored under the sensor "upload" and marked "source":"upload". */
#ifndef WANGLOU_COLLECTOR_SERVICE_UPLOADS_H
#define WANGLOU_COLLECTOR_SERVICE_UPLOADS_H

#include <stdint.h>

#include "collector/store/exercises.h"
#include "common/fault.h"

/* An exercise is the same with the sensor "exercise-NUMBER" and the mark "exercise":true. So whatever comes of it, here
 * and at every level above, bears that name: alerts, incidents, devices, links. Statistics and scores leave it out. */
#define UPLOAD_EXERCISE STORE_EXERCISE

struct store;
struct uploads;

struct uploads_options {
    const char *directory;  /* of the collector; captures wait in uploads/ below it, and are removed when read */
    const char *sensor;     /* the program; NULL: wanglou-sensor beside this one */
    const char *signatures; /* NULL: none */
    struct store *store;
    void (*notice)(const char *text);
};
struct uploads *uploads_open(const struct uploads_options *options, struct fault *fault);
void uploads_close(struct uploads *uploads);

/* A new file in uploads/ for a body that comes; the descriptor, -1 on a fault. `path` names it. */
enum { UPLOAD_PATH = 512 };
int uploads_receive(struct uploads *uploads, char path[UPLOAD_PATH], struct fault *fault);
/* Queues a received file; its number, 0 on a fault. */
int64_t uploads_queue(struct uploads *uploads, const char *path, const char *name, const char *user, uint64_t bytes,
                      bool exercise, struct fault *fault);

struct store_reader;
struct upload {
    int64_t number, time_us;
    const char *name, *user, *state, *error; /* state: waiting, reading, done, failed */
    uint64_t bytes, events, stored, alerts;
    bool exercise;
};
typedef bool upload_row(void *context, const struct upload *upload);
/* The newest first, at most 200; `number` 0: all. */
bool uploads_list(struct store_reader *reader, int64_t number, upload_row *row, void *context, struct fault *fault);

#endif
