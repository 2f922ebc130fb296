/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the failure database of the sensor: assets with their exposure, records, and how both become events.
 *
 * failures: signs make and end records · failure_exposure: observed hours · failure_forecast: precursors and response
 * times · failure_events: JSON · failure_save: the snapshot. */
#ifndef WANGLOU_SENSOR_PLANT_FAILURES_H
#define WANGLOU_SENSOR_PLANT_FAILURES_H

#include "common/statistics/reliability.h"
#include "sensor/plant/keeper.h"
#include "sensor/plant/maintenance.h"
#include "sensor/plant/sign.h"
#include "signatures/failures.h"
#include "signatures/precursors.h"

enum {
    FAILURE_ASSETS = 16384, /* [0] is the network itself */
    FAILURE_SLOTS = 32768,
    FAILURE_RECORDS = 16384,
    FAILURE_EVIDENCE = 4,
    FAILURE_TIMES = 64, /* times of failures kept for the trend, the latest */
    NETWORK = 0,        /* asset of common-cause failures */
    COMMON_LEAST = 3    /* devices lost at once that make a failure of the network */
};
#define COMMON_WITHIN 10000000000ull   /* ns */
#define SILENT_AFTER  600000000000ull  /* ns: not heard for so long: not observed, unless a failure is open */
#define MIRROR_SILENT 300000000000ull  /* ns: no device heard at all: the sensor was blind */
#define TELL_EXPOSURE 3600000000000ull /* ns */
#define NO_RECORD     UINT32_MAX

/* Response times: the logarithm of each summary's mean. */
struct drift {
    uint32_t learned;
    bool slow;
    double mean, squares;
    struct ewma chart;
};

struct failing {
    struct party party;
    uint64_t first_ns, last_ns; /* heard: first and last; first 0: never */
    uint64_t observed_ns, blind_mark_ns, blind_ns;
    uint64_t down_ns, repair_ns; /* of closed failures */
    uint32_t failures, closed, planned, open, told;
    uint64_t told_at_ns; /* observed_ns when exposure was last told */
    uint32_t first_record;
    bool trend_told;
    uint32_t precursors_told; /* bit a precursor */
    uint64_t failed_ns;       /* the last that counts began */
    struct {
        uint64_t first_ns, last_ns, frame; /* first 0: not present */
    } precursors[PRECURSOR_COUNT];
    struct drift drift;
    double times[FAILURE_TIMES]; /* hours of exposure before each failure */
};

enum record_state { RECORD_FREE, RECORD_PENDING, RECORD_OPEN, RECORD_CLOSED };

struct record {
    uint16_t mode; /* of the catalogue; the network's: UINT16_MAX */
    uint8_t state; /* enum record_state */
    bool planned, told;
    uint32_t asset, next; /* next of the same asset */
    uint32_t parent;      /* record of the network's failure, NO_RECORD */
    uint32_t signs, children;
    uint64_t start_ns, bad_ns;             /* first and last bad sign */
    uint64_t good_ns, end_ns;              /* first good sign behind the last bad one; 0: none */
    uint64_t blind_start_ns, blind_end_ns; /* blind time of the sensor at start and end */
    double exposure;                       /* hours before the start */
    struct {
        uint64_t time_ns, frame;
    } evidence[FAILURE_EVIDENCE];
};

struct failure_keeper {
    struct keeping *keeping;
    const struct failure_mode *modes;
    unsigned mode_count;
    struct precursors *precursors;
    struct failing *assets;
    struct record *records;
    uint32_t slots[FAILURE_SLOTS]; /* asset + 1 */
    uint32_t asset_count, record_count, free_record;
    uint32_t network_record;
    uint64_t blind_ns, blind_until_ns, heard_ns, now_ns, saved_ns;
    bool exposure_due; /* some asset has as much of it as is told at once */
    uint64_t opened, closed_count, merged, pending_dropped, assets_refused, records_refused, ordinal;
};

/* failures.c */
void failure_drop(struct failure_keeper *k, struct record *r); /* gives it back */

/* failure_save.c */
uint64_t failure_mode_mark(const char *id); /* stays the same whatever else is in the catalogue */
void failures_save(void *self, struct snapshot *s);
bool failures_restore(void *self, struct snapshot *s);

/* failure_exposure.c */
struct failing *failing_of(struct failure_keeper *k, const struct party *party);
struct failing *failing_find(struct failure_keeper *k, const struct party *party); /* NULL: never heard */
void failing_heard(struct failure_keeper *k, struct failing *f, uint64_t time_ns);
void failing_account(struct failure_keeper *k, struct failing *f, uint64_t time_ns);
void failures_blind(struct failure_keeper *k, uint64_t from_ns, uint64_t until_ns);
const char *failing_name(const struct failing *f, char out[64]);
double failing_hours(const struct failing *f);

/* failure_forecast.c */
void failure_precursor(struct failure_keeper *k, const struct observation *o, const void *payload);
void failure_latency(struct failure_keeper *k, struct failing *f, double seconds, uint64_t time_ns, uint64_t frame);
void failure_tell_forecast(struct failure_keeper *k, struct failing *f);

/* failure_events.c */
void failure_tell(struct failure_keeper *k, const struct record *r, const char *state);
void failure_tell_exposure(struct failure_keeper *k, struct failing *f);
void failure_tell_trend(struct failure_keeper *k, struct failing *f);

#endif
