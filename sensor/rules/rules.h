/* SPDX-License-Identifier: Apache-2.0 */
/* The signatures in force: what every worker matches with, and how it changes while packets pass.
 *
 * One thread of its own loads, checks and compiles: at SIGHUP, when the files have changed, and for what the collector
 * sends (bundles, revocations, suppressions, indicators). Each worker takes its new share at its next tick, between two
 * frames; the old one is freed behind all of them. What is refused is told, and what was in force stays. */
#ifndef WANGLOU_SENSOR_RULES_H
#define WANGLOU_SENSOR_RULES_H

#include <signal.h>

#include "common/link.h"
#include "sensor/options.h"
#include "sensor/rules/suppressions.h"
#include "signatures/signature.h"

struct maintenance;
struct plant;
struct publisher;
struct rules;

/* What one worker uses; its own, but for what is const. */
struct rules_share {
    struct matcher *matcher;
    const struct ruleset *ruleset;
    const uint8_t *wants; /* OT_CLASS_COUNT times the registry's fields: what the rules read */
    const struct suppressions *suppressions;
    const struct maintenance *maintenance; /* NULL: no windows */
    struct rules_share *before;            /* one that was not freed yet when this one was given back */
};

/* Loads everything that is to be in force; NULL and a fault when the operator's own files are wrong. What the collector
 * sent earlier and is no longer fit is left out and told. */
struct rules *rules_open(const struct sensor_options *options, struct fault *fault);
/* Makes the workers' shares and starts the thread. `reload`: set by SIGHUP. */
bool rules_start(struct rules *rules, struct publisher *publisher, volatile sig_atomic_t *reload, struct fault *fault);
/* Who takes the items that are about the plant and not about signatures. */
void rules_plant(struct rules *rules, struct plant *plant);
/* Ends the thread: behind the workers, before the plant and the publisher. NULL is allowed, here and below. */
void rules_stop(struct rules *rules);
/* Behind the publisher, whose thread puts items. */
void rules_close(struct rules *rules);

/* A worker's new share, or NULL; the one it had is no longer its own then, and must not be used by anyone else. The new
 * matcher remembers what the old one did. Waits for nothing. */
struct rules_share *rules_take(struct rules *rules, unsigned worker, struct rules_share *old);
/* The worker ends. */
void rules_leave(struct rules *rules, unsigned worker, struct rules_share *last);

/* From the publisher's thread: keeps a downward item for good (publish.h). `verified`: the collector's own, rightly
 * signed. */
bool rules_item(void *rules, const struct link_item *item, bool verified);
void rules_item_position(void *rules, struct link_position *position);

#endif
