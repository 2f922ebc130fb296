/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper of vulnerabilities: each device of the inventory against the offline library, again whenever what is known
 * of it changes. Told as `exposure` events of the kind "vulnerability": which asset, by what evidence, what to do. */
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sensor/plant/devices.h"
#include "sensor/plant/keeper.h"
#include "signatures/vulnerability.h"

#define TURN 10000000000ull /* ns */
enum { LOOKS = 256 /* devices a second */, DEVICES = 16384 };
#define SEVERE 7.0 /* CVSS v3: high */

static const char general_zh[] =
    "联系厂商获取修复版本并安排停机窗口升级；在此之前限制能访问该设备的主机和端口，加强监测。";
static const char general_en[] =
    "Ask the vendor for the fixed version and plan its installation in a maintenance window; until "
    "then limit which hosts and ports reach the device, and watch it.";

struct vulnerability_keeper {
    struct keeping *keeping;
    struct vulnerabilities *library;
    uint64_t *judged;        /* of each device: hash of what was known of it */
    uint32_t hand, unjudged; /* unjudged: devices to be looked at since something was learned */
    bool begun;
    uint64_t matches, possible;
};

static bool vulnerabilities_open(void *self, struct keeping *k, struct fault *fault)
{
    struct vulnerability_keeper *v = self;
    if (!k->options->vulnerabilities) return false;
    v->keeping = k;
    v->judged = calloc(DEVICES, sizeof *v->judged);
    v->library = v->judged ? vulnerabilities_load(k->options->vulnerabilities, fault) : NULL;
    if (v->library) return true;
    free(v->judged);
    return fault_set(fault, "out of memory");
}

static void vulnerabilities_close(void *self)
{
    struct vulnerability_keeper *v = self;
    vulnerabilities_free(v->library);
    free(v->judged);
}

static void put_named(struct json *j, const char *key, const char *text)
{
    if (text[0]) json_put_string(j, key, text);
}

static void tell(struct vulnerability_keeper *v, uint32_t device, const struct device_facts *f, unsigned index,
                 enum affected affected)
{
    const struct vulnerability *known = vulnerability_at(v->library, index);
    struct json j = event_begin(v->keeping->out, EVENT_EXPOSURE, NULL, NULL);
    json_begin_object(&j, "exposure");
    json_put_string(&j, "kind", "vulnerability");
    json_put_string(&j, "zh", known->effect_zh);
    json_put_string(&j, "en", known->effect_en);
    inventory_put(v->keeping->devices, device, &j);
    json_put_string(&j, "id", known->id);
    if (known->cvss > 0) json_put_double(&j, "cvss", known->cvss);
    json_put_string(&j, "affected", affected == AFFECTED_YES ? "yes" : "possibly");
    json_put_string(&j, "product", f->order_number[0] ? f->order_number : f->model);
    put_named(&j, "firmware", f->firmware);
    inventory_put_evidence(v->keeping->devices, device, &j);
    event_words(&j, "fix", known->fix_zh[0] ? known->fix_zh : general_zh,
                known->fix_en[0] ? known->fix_en : general_en);
    if (known->reference[0]) {
        json_begin_array(&j, "references");
        json_put_string(&j, NULL, known->reference);
        json_end_array(&j);
    }
    json_put_uint(&j, "count", 1);
    json_put_time(&j, "first", f->first_ns);
    json_put_time(&j, "last", f->last_ns);
    json_end_object(&j);
    event_send(v->keeping->out, &j, EVENT_EXPOSURE, 0, f->last_ns,
               XXH3_64bits_withSeed(known->id, strlen(known->id), f->id), affected);
}

static void judge(struct vulnerability_keeper *v, uint32_t device)
{
    struct device_facts f;
    if (!inventory_facts(v->keeping->devices, device, &f) || (!f.model[0] && !f.order_number[0])) return;
    const char *const texts[] = {f.vendor, f.model, f.order_number, f.firmware};
    uint64_t h = f.id;
    for (unsigned i = 0; i < 4; i++) h = XXH3_64bits_withSeed(texts[i], strlen(texts[i]), h);
    if (v->judged[device] == h) return;
    v->judged[device] = h;
    const struct device_named named = {f.vendor, f.model, f.order_number, f.firmware};
    bool severe = false;
    for (unsigned i = 0; i < vulnerabilities_count(v->library); i++) {
        enum affected affected = vulnerability_affects(v->library, i, &named);
        if (affected == AFFECTED_NO) continue;
        severe |= affected == AFFECTED_YES && vulnerability_at(v->library, i)->cvss >= SEVERE;
        v->matches += affected == AFFECTED_YES;
        v->possible += affected == AFFECTED_POSSIBLY;
        tell(v, device, &f, i, affected);
    }
    inventory_set_vulnerable(v->keeping->devices, device, severe);
}

/* A device is judged some seconds after it came, when its answers have settled. */
static void vulnerabilities_tick(void *self, uint64_t now)
{
    struct vulnerability_keeper *v = self;
    uint32_t count = inventory_count(v->keeping->devices);
    if (!v->begun) v->unjudged = count;
    v->begun = true;
    v->keeping->due_ns = now - now % TURN + TURN;
    if (now / 1000000000u % 10) return;
    for (uint32_t i = 0; i < LOOKS * 10 && i < count; i++) judge(v, v->hand++ % count + 1);
    v->unjudged = v->unjudged > LOOKS * 10 ? v->unjudged - LOOKS * 10 : 0;
    if (!v->unjudged) v->keeping->due_ns = UINT64_MAX;
}

/* Any of them may tell more of a device. */
static void vulnerabilities_observe(void *self, const struct observation *o, const void *payload)
{
    struct vulnerability_keeper *v = self;
    (void)payload;
    if (o->kind == OBSERVED_SIGHT) return;
    v->unjudged = inventory_count(v->keeping->devices);
    v->keeping->due_ns = 0;
}

static void vulnerabilities_finish(void *self, uint64_t now)
{
    struct vulnerability_keeper *v = self;
    (void)now;
    for (uint32_t i = 1; i <= inventory_count(v->keeping->devices); i++) judge(v, i);
}

static void vulnerabilities_counters(void *self, struct json *j)
{
    const struct vulnerability_keeper *v = self;
    json_put_uint(j, "known", vulnerabilities_count(v->library));
    json_put_uint(j, "affected", v->matches);
    json_put_uint(j, "possibly_affected", v->possible);
}

const struct keeper keeper_vulnerabilities = {.name = "vulnerabilities",
                                              .size = sizeof(struct vulnerability_keeper),
                                              .version = 1,
                                              .open = vulnerabilities_open,
                                              .observe = vulnerabilities_observe,
                                              .tick = vulnerabilities_tick,
                                              .finish = vulnerabilities_finish,
                                              .counters = vulnerabilities_counters,
                                              .close = vulnerabilities_close};
