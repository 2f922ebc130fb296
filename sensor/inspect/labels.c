/* SPDX-License-Identifier: Apache-2.0 */
/* nDPI 4.2 on the first packets of unclaimed flows: a table of labels under flow ids, and a pool of nDPI's own flows
 * for those still being looked at. Apart: nDPI's header takes common names. */
#include "sensor/inspect/labels.h"

#include <ndpi/ndpi_api.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 4096, WAYS = 4, POOL = 512, PACKETS_AT_MOST = 12, NO_FLOW = 0xffff, NAME_LENGTH = 64 };

struct label {
    uint64_t flow_id; /* 0: free */
    uint64_t risks;   /* nDPI's bit mask */
    uint16_t master, protocol;
    uint16_t pooled; /* nDPI's flow, while it looks; NO_FLOW afterwards */
    uint8_t packets;
};

struct labels {
    struct ndpi_detection_module_struct *ndpi;
    uint8_t *pool;
    size_t flow_size;
    uint16_t free[POOL], free_count;
    uint8_t next[SETS]; /* the way that gives way */
    struct label sets[SETS][WAYS];
};

struct labels *labels_open(void)
{
    struct labels *l = calloc(1, sizeof *l);
    NDPI_PROTOCOL_BITMASK all;
    if (!l) return NULL;
    l->flow_size = ndpi_detection_get_sizeof_ndpi_flow_struct();
    l->pool = calloc(POOL, l->flow_size);
    l->ndpi = ndpi_init_detection_module(ndpi_dont_load_tor_hosts | ndpi_dont_init_libgcrypt);
    if (!l->pool || !l->ndpi) {
        labels_close(l);
        return NULL;
    }
    NDPI_BITMASK_SET_ALL(all);
    ndpi_set_protocol_detection_bitmask2(l->ndpi, &all);
    ndpi_finalize_initialization(l->ndpi);
    while (l->free_count < POOL) {
        l->free[l->free_count] = l->free_count;
        l->free_count++;
    }
    return l;
}

static struct ndpi_flow_struct *pooled(struct labels *l, const struct label *a)
{
    return (struct ndpi_flow_struct *)(void *)(l->pool + a->pooled * l->flow_size);
}

/* nDPI has seen enough: what it found is kept, its memory given back. */
static void settle(struct labels *l, struct label *a)
{
    if (a->pooled == NO_FLOW) return;
    a->risks = pooled(l, a)->risk;
    ndpi_free_flow_data(pooled(l, a));
    l->free[l->free_count++] = a->pooled;
    a->pooled = NO_FLOW;
}

void labels_close(struct labels *l)
{
    if (!l) return;
    for (unsigned i = 0; l->ndpi && i < SETS * WAYS; i++)
        if (l->sets[i / WAYS][i % WAYS].flow_id) settle(l, &l->sets[i / WAYS][i % WAYS]);
    if (l->ndpi) ndpi_exit_detection_module(l->ndpi);
    free(l->pool);
    free(l);
}

static struct label *find(struct labels *l, uint64_t flow_id)
{
    struct label *set = l->sets[flow_id % SETS];
    for (unsigned i = 0; i < WAYS; i++)
        if (set[i].flow_id == flow_id) return &set[i];
    return NULL;
}

/* NULL: all of nDPI's flows are in use; the flow stays without a label. */
static struct label *begin(struct labels *l, uint64_t flow_id)
{
    if (!l->free_count) return NULL;
    struct label *a = &l->sets[flow_id % SETS][l->next[flow_id % SETS]++ % WAYS];
    if (a->flow_id) settle(l, a);
    *a = (struct label){.flow_id = flow_id, .pooled = l->free[--l->free_count]};
    memset(pooled(l, a), 0, l->flow_size);
    return a;
}

void labels_packet(struct labels *l, uint64_t flow_id, const uint8_t *ip, size_t length, uint64_t time_ns)
{
    if (!flow_id || !length || length > UINT16_MAX) return;
    struct label *a = find(l, flow_id);
    if (!a && !(a = begin(l, flow_id))) return;
    if (a->pooled == NO_FLOW) return;
    ndpi_protocol said =
        ndpi_detection_process_packet(l->ndpi, pooled(l, a), ip, (unsigned short)length, time_ns / 1000000u);
    bool known = said.app_protocol != NDPI_PROTOCOL_UNKNOWN || said.master_protocol != NDPI_PROTOCOL_UNKNOWN;
    a->master = said.master_protocol;
    a->protocol = said.app_protocol;
    a->packets++;
    if (a->packets == PACKETS_AT_MOST || (known && !ndpi_extra_dissection_possible(l->ndpi, pooled(l, a))))
        settle(l, a);
}

static void put_risks(struct json *j, uint64_t risks)
{
    json_begin_array(j, "risks");
    for (unsigned i = 0; i < NDPI_MAX_RISK; i++)
        if (risks >> i & 1) json_put_string(j, NULL, ndpi_risk2str((ndpi_risk_enum)i));
    json_end_array(j);
}

void labels_put(struct labels *l, struct json *j, uint64_t flow_id)
{
    struct label *a = find(l, flow_id);
    char name[NAME_LENGTH];
    if (!a) return;
    settle(l, a);
    if (a->master || a->protocol) {
        const ndpi_protocol said = {.master_protocol = a->master, .app_protocol = a->protocol};
        json_put_string(j, "ndpi", ndpi_protocol2name(l->ndpi, said, name, sizeof name));
    }
    if (a->risks) put_risks(j, a->risks);
}

void labels_forget(struct labels *l, uint64_t flow_id)
{
    struct label *a = find(l, flow_id);
    if (!a) return;
    settle(l, a);
    a->flow_id = 0;
}
