/* SPDX-License-Identifier: Apache-2.0 */
/* The plant: what has to be known across all workers, owned by one thread that takes small observations.
 *
 * Over a file the observations of all workers are taken in the order of their frames, so that the outcome does not
 * depend on the number of workers; live they are taken as they come. */
#ifndef WANGLOU_SENSOR_PLANT_PLANT_H
#define WANGLOU_SENSOR_PLANT_PLANT_H

#include "parsers/parser.h"
#include "sensor/options.h"

/* What workers tell of. Each kind has one sender (an inspector) and any number of keepers that listen. */
enum observation_kind {
    OBSERVED_MARK,      /* nothing up to this frame that was not sent */
    OBSERVED_IDENTITY,  /* `device` says the text in the payload of itself: enum identity in `what` */
    OBSERVED_TALK,      /* `device` asks `peer` in `parser`, `count` times more; `what`: enum ot_class */
    OBSERVED_HOST,      /* `device` sent a frame from this address with this MAC; `what`: enum host_seen */
    OBSERVED_EXPOSURE,  /* `device` is exposed: enum exposure_kind in `what`, struct exposure_fact (exposure.h) */
    OBSERVED_BEHAVIOUR, /* what `device` does to `peer`: struct behaviour (behaviour.h) */
    OBSERVED_SIGN,      /* of failure or health of `device`: enum sign_kind in `what`, struct sign (sign.h) */
    OBSERVED_SIGHT,     /* how worker `what` sees: struct sight (visibility.h) */
    OBSERVED_ONE_WAY,   /* `device` was seen to speak with `peer`, and the other direction was not */
    OBSERVED_CLOCK,     /* how far the time stamps of `device` are behind: struct clock_reading (clocks.h) */
};

enum host_seen { HOST_SENT, HOST_ARP /* it said so itself: RFC 826 */ };

struct party {
    struct address address; /* family 0: known by its MAC only */
    uint8_t mac[6];
};

struct observation {
    uint8_t kind, what;
    uint16_t parser; /* index in the registry */
    uint16_t length; /* of the payload that follows: text, or a struct of the kind's own */
    uint16_t vlan;   /* outer; 0xffff none */
    uint16_t slot;   /* of IDENTITY: so many bytes of the payload, in front of the text, name the module it speaks of */
    uint32_t count;  /* of TALK: since it was last told */
    uint64_t time_ns, frame;
    struct party device, peer;
};

enum { OBSERVATION_PAYLOAD = 512 };

struct plant;
struct publisher;

/* Uses the publisher's producer `options->workers`. */
struct plant *plant_open(const struct sensor_options *options, struct publisher *publisher, struct fault *fault);
/* Where the worker keeps the place of what it says among what all say (worker.h); before its first observation. */
void plant_attend(struct plant *plant, unsigned worker, const uint64_t *place);
/* From the worker's own thread. Live: dropped and counted when its ring is full; over a file it waits. */
void plant_observe(struct plant *plant, unsigned worker, const struct observation *observation, const void *payload);
/* Observations dropped up to now because a worker's ring was full. */
uint64_t plant_lost(const struct plant *plant);
/* A downward item for the plant ("baseline-accept"), from any thread; waits until it is taken and, with `plant.state`,
 * saved: then true, also when the item makes no sense (it is counted). False: not within 5 s; offer it again. */
bool plant_instruct(struct plant *plant, const char *kind, const char *json, size_t length);
/* This worker sends nothing more. */
void plant_leave(struct plant *plant, unsigned worker);
/* After all workers have left: tells what is untold, ends the thread. */
void plant_close(struct plant *plant);

#endif
