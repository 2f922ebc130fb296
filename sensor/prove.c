/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the proofs of signatures (prove.h): traffic script → frames → worker → matcher → alerts counted by rule. */
#include "sensor/prove.h"

#include "common/options.h"
#include "sensor/engine/worker.h"
#include "signatures/rule.h"
#include "signatures/sets.h"
#include "signatures/traffic.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINK_ETHERNET = 1, PROOF_FLOWS = 4096, PROOF_MEMORY = 16 << 20, PROOF_VALUES = 4096 };

struct prover {
    uint8_t *wants; /* OT_CLASS_COUNT times all fields of the registry */
    const struct ruleset *ruleset;
    struct sensor_options options;
    struct matcher *matcher;
    const struct worker *worker; /* of the proof that runs */
    const struct rule *rule;     /* whose proof runs */
    unsigned fired;
};

/* Of the proof that runs: the worker frees an inspector's own memory, and this is not to be freed. */
static struct prover *running;

static void on_alert(void *context, const struct alert *alert)
{
    struct prover *p = context;
    p->fired += alert->rule == p->rule;
}

static void on_message(void *self, const struct message *message)
{
    (void)self;
    matcher_message(running->matcher, message, on_alert, running);
}

static void on_payload(void *self, const struct packet_meta *packet, struct bytes payload)
{
    (void)self;
    matcher_payload(running->matcher, packet, payload, on_alert, running);
}

static void on_frame(void *self, const struct packet *packet)
{
    (void)self;
    if (!ruleset_wants_packets(running->ruleset) || bytes_empty(&packet->payload)) return;
    matcher_packet(running->matcher, &packet->meta, packet->payload, on_alert, running);
}

static void on_stream(void *self, const struct flow *flow, unsigned side, struct bytes bytes)
{
    (void)self, (void)flow;
    if (ruleset_wants_streams(running->ruleset))
        matcher_stream(running->matcher, side, &running->worker->packet->meta, bytes, on_alert, running);
}

static void on_gap(void *self, const struct flow *flow)
{
    (void)self;
    if (ruleset_wants_streams(running->ruleset)) matcher_stream_end(running->matcher, flow->id);
}

static void on_flow_end(void *self, const struct flow *flow, enum flow_end_reason reason)
{
    (void)reason;
    on_gap(self, flow);
}

static const struct inspector prover_inspector = {.name = "prover",
                                                  .on_message = on_message,
                                                  .on_payload = on_payload,
                                                  .on_stream = on_stream,
                                                  .on_gap = on_gap,
                                                  .on_flow_end = on_flow_end,
                                                  .on_frame = on_frame};

/* The worker's own inspectors give way to the prover, and parsers make what the rules read. */
static void take_over(struct worker *w, const struct prover *p)
{
    size_t fields = registry()->field_count;
    for (unsigned i = 0; i < w->inspector_count; i++) free(w->inspectors[i].self);
    w->inspector_count = w->on_frame_count = w->on_stream_count = 0;
    kinds_clear(&w->kinds);
    worker_listen(w, &prover_inspector, NULL);
    for (unsigned c = 0; c < OT_CLASS_COUNT; c++)
        memcpy((uint8_t *)w->emitter.want_of_class[c], p->wants + c * fields, fields);
}

/* What the rules read of each class: the same for all proofs, and costly to find out. */
static uint8_t *wants_of(const struct ruleset *ruleset)
{
    size_t fields = registry()->field_count;
    uint8_t *wants = calloc(OT_CLASS_COUNT, fields);
    if (wants) ruleset_fields(ruleset, wants + OT_NONE * fields); /* it may still become any class */
    for (unsigned c = 0; wants && c < OT_CLASS_COUNT; c++)
        if (c != OT_NONE) ruleset_fields_of_class(ruleset, (enum ot_class)c, wants + c * fields);
    return wants;
}

static bool replay(struct prover *p, const struct traffic *traffic, struct fault *fault)
{
    struct worker *w = worker_open(&p->options, NULL, NULL, 0, fault);
    struct traffic_packet packet;
    uint64_t number = 0;
    size_t offset = 0;
    if (!w) return false;
    take_over(w, p);
    p->worker = w;
    while (traffic_next(traffic, &offset, &packet))
        worker_frame(w, LINK_ETHERNET, ++number, packet.time_ns, packet.frame.at, bytes_left(&packet.frame),
                     packet.length);
    worker_finish(w);
    worker_close(w);
    return true;
}

static bool run_proof(struct prover *p, const struct proof *proof, struct fault *fault)
{
    struct traffic traffic;
    if (!traffic_compile(proof->traffic, proof->file, proof->line, proof->indent, &traffic, fault)) return false;
    p->fired = 0;
    bool good = matcher_swap(p->matcher, p->ruleset) ? replay(p, &traffic, fault) : fault_set(fault, "out of memory");
    traffic_free(&traffic);
    if (good && p->fired != proof->fires)
        good = fault_at(fault, proof->file, proof->line, proof->indent + 1, "fires %u times instead of %u", p->fired,
                        proof->fires);
    return good;
}

static void prove_rule(struct prover *p, const struct rule *rule, FILE *out, struct prove_result *result)
{
    struct fault fault = {""};
    unsigned count, positive = 0, negative = 0;
    const struct proof *proofs = rule_proofs(rule, &count);
    p->rule = rule;
    for (unsigned i = 0; i < count && !fault.text[0]; i++) {
        positive += proofs[i].fires > 0;
        negative += proofs[i].fires == 0;
        result->proofs++;
        run_proof(p, &proofs[i], &fault);
    }
    result->rules++;
    bool proven = (positive || rule->body->silent) && negative;
    if (!proven && !fault.text[0]) {
        result->unproven++;
        fault_at(&fault, rule->file, rule->line, 1, "needs a proof that fires and one that must not");
    }
    result->failed += fault.text[0] != 0;
    fprintf(out, "%sok %u - %s%s%s\n", fault.text[0] ? "not " : "", result->rules, rule->id, fault.text[0] ? ": " : "",
            fault.text);
}

bool prove_rules(const char *path, FILE *out, struct prove_result *result, struct fault *fault)
{
    /* Proofs of rules with hours are written by a plant's clock in China, whatever the clock of this machine. */
    setenv("TZ", "CST-8", 1);
    tzset();
    struct prover p = {0};
    struct options *loaded = sensor_options_load(NULL, NULL, &p.options, fault);
    struct sets *sets = sets_of_proofs();
    struct ruleset *ruleset = loaded && sets ? ruleset_load(path, sets_view(sets), fault) : NULL;
    unsigned count = 0;
    *result = (struct prove_result){0};
    p.options.flows = PROOF_FLOWS;
    p.options.memory = PROOF_MEMORY;
    p.options.values = PROOF_VALUES;
    p.ruleset = ruleset;
    p.wants = ruleset ? wants_of(ruleset) : NULL;
    p.matcher = p.wants ? matcher_open(ruleset) : NULL;
    running = &p;
    const struct rule *const *rules = ruleset ? ruleset_rules(ruleset, &count) : NULL;
    if (p.matcher) fprintf(out, "1..%u\n", count);
    for (unsigned i = 0; p.matcher && i < count; i++) prove_rule(&p, rules[i], out, result);
    bool good = p.matcher ? true : fault_set(fault, "out of memory");
    matcher_close(p.matcher);
    free(p.wants);
    ruleset_free(ruleset);
    sets_free(sets);
    options_free(loaded);
    return good;
}
