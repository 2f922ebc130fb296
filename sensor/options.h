/* SPDX-License-Identifier: Apache-2.0 */
/* What the sensor can be told: by file (sensor.yaml), by `--set`, and by the command line. */
#ifndef WANGLOU_SENSOR_OPTIONS_H
#define WANGLOU_SENSOR_OPTIONS_H

#include <stdio.h>

#include "common/option_list.h"
#include "sensor/secret_key.h"
#include "signatures/filter.h"

enum ot_events { OT_EVENTS_NONE, OT_EVENTS_AUDIT, OT_EVENTS_ALL };

enum baseline_mode { BASELINE_OFF, BASELINE_LEARN, BASELINE_JUDGE };
enum baseline_objects { BASELINE_OBJECTS_CHANGED, BASELINE_OBJECTS_ALL };
enum variable_points { VARIABLE_POINTS_NONE, VARIABLE_POINTS_WRITTEN, VARIABLE_POINTS_ALL };

enum { OUTPUT_FIELDS = 2048 };

struct sensor_options {
    /* from the file */
    const char *name; /* of this sensor, in every event */
    uint64_t flows;   /* at most, each worker */
    uint64_t memory;  /* bytes each worker may use for streams, sessions and requests */
    uint64_t tcp_timeout, udp_timeout, closed_timeout; /* ns */
    uint64_t values;                                   /* fields a message may have */
    unsigned ot;                                       /* enum ot_events */
    bool flow_events;
    bool labels;                /* nDPI names what no parser took */
    uint64_t flow_active;       /* ns after which a flow that goes on is told; 0: at its end only */
    const char *signatures;     /* file, directory or bundle; NULL: none */
    struct option_list trusted; /* minisign's .pub files */
    const char *revocations, *suppressions, *rules_state; /* files, directory; NULL: none */
    bool rollback;                                        /* an older bundle file may follow a newer one */
    uint64_t workers;
    bool sandbox;
    uint64_t ring;                                             /* bytes between a worker and the publisher */
    uint64_t snap;                                             /* bytes taken of each packet */
    uint64_t capture_buffer;                                   /* bytes of the kernel's ring */
    const char *sets;                                          /* file with $sets; NULL: none */
    const char *subscribers;                                   /* endpoint of a PUB socket; NULL: none */
    const char *collector, *collector_key, *own_key, *spool;   /* the way to the collector; NULL: none */
    uint64_t spool_size, spool_sync, drain;                    /* bytes; ns; ns */
    const char *plant_state;                                   /* directory of the plant's snapshots; NULL: none kept */
    const char *vulnerabilities;                               /* file or directory of the library; NULL: none */
    const char *declared;                                      /* CSV of assets that ought to be seen; NULL: none */
    struct option_list zones;                                  /* NAME=NETWORK/PREFIX */
    unsigned baseline_mode, baseline_objects, variable_points; /* enums above */
    uint64_t baseline_settle;                                  /* ns */
    const char *baseline_file, *baseline_key, *variable_limits, *invariants; /* NULL: none */
    uint64_t variable_learn;                                                 /* ns; 0: no limits are learned */
    uint64_t evidence_memory, evidence_before, evidence_after; /* bytes a worker; packets of an alert's flow */
    const char *cache; /* directory of compiled patterns; NULL: this user's own; "none": none */
    bool failure_detection;
    const char *failure_catalogue, *failure_precursors, *maintenance; /* files; NULL: the built-in ones, no windows */
    /* from the command line */
    const char *file, *interface, *events, *filter_text;
    const char *prove; /* rules whose proofs are run instead of listening */
    bool replay;       /* a file at the pace of its timestamps, again and again, stamped with the time of now */
    bool check_config;
    bool fields; /* -T fields */
    const char *field_names[OUTPUT_FIELDS];
    unsigned field_count;
    /* made from them, read-only while workers run */
    struct filter *filter;
    struct rules *rules;                /* in force; NULL: none */
    struct turns *turns;                /* of several workers; NULL: one, or no rules */
    struct failure_catalogue *failures; /* NULL: not detected */
    struct maintenance *windows;        /* NULL: none */
    uint8_t secret_key[SECRET_KEY];     /* of hashes of secrets */
    bool has_secret_key;
    uint64_t id_seed; /* of event ids: the same capture and sensor name give the same ids */
};

struct option_table;
extern const struct option_table sensor_option_table;

struct options;

struct options *sensor_options_load(const char *path, const char *const *sets, struct sensor_options *options,
                                    struct fault *fault);
void sensor_options_sample(FILE *out);
void sensor_options_reference(bool chinese, FILE *out);
/* Command line and file. 0: go on; otherwise the exit status + 1 (usage and faults are already printed). */
int sensor_options_read(int argc, char **argv, struct sensor_options *options, struct options **loaded);

#endif
