/* SPDX-License-Identifier: Apache-2.0 */
/* Which bundles are in force, in which order they prevail, and which may follow which. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/rules/private.h"

#define X(id, name) name,
const char *const precedence_names[] = {PRECEDENCES(X) NULL};
#undef X

static bool is_bundle(const char *path)
{
    char head[64];
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool regular = file >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode);
    ssize_t n = regular ? read(file, head, sizeof head) : 0;
    if (file >= 0) close(file);
    return n > 0 && bundle_begins(head, (size_t)n);
}

const struct held *holding_find(const struct holding *holding, const char *name, bool own)
{
    for (unsigned i = 0; i < holding->count; i++)
        if (holding->rows[i].own == own && (own || strcmp(holding->rows[i].name, name) == 0)) return &holding->rows[i];
    return NULL;
}

bool holding_in_order(const struct holding *holding, const struct bundle_manifest *m, bool rollback,
                      enum bundle_refusal *why, struct fault *fault)
{
    for (unsigned i = 0; i < holding->count; i++) {
        const struct held *h = &holding->rows[i];
        if (strcmp(h->name, m->name) != 0) continue;
        if (m->version < h->version && !rollback) return bundle_refuse(why, BUNDLE_OLDER, fault, m->name);
        if (m->version == h->version && strcmp(m->digest, h->digest) != 0)
            return bundle_refuse(why, BUNDLE_SAME_VERSION, fault, m->name);
    }
    return true;
}

bool holding_put(struct holding *holding, const struct held *held)
{
    const struct held *there = holding_find(holding, held->name, held->own);
    unsigned row = there ? (unsigned)(there - holding->rows) : holding->count;
    if (row == BUNDLES_AT_MOST) return false;
    holding->rows[row] = *held;
    if (!there) holding->count++;
    return true;
}

bool holding_open_own(struct rules *r, struct holding *holding, enum bundle_refusal *why, struct fault *fault)
{
    const char *path = r->options->signatures;
    struct held own = {.own = true};
    *why = BUNDLE_NONE;
    if (!path || !is_bundle(path)) {
        const struct held *there = holding_find(holding, "", true);
        if (there) holding->rows[there - holding->rows] = holding->rows[--holding->count];
        return true;
    }
    own.bundle = bundle_load(path, r->trust, why, fault);
    const struct bundle_manifest *m = own.bundle ? bundle_manifest(own.bundle) : NULL;
    if (!m) return false;
    memcpy(own.name, m->name, sizeof own.name);
    memcpy(own.digest, m->digest, sizeof own.digest);
    own.version = m->version;
    if (holding_in_order(holding, m, r->options->rollback, why, fault) && holding_put(holding, &own)) return true;
    bundle_close(own.bundle);
    return fault_set(fault, "more than %d bundles", BUNDLES_AT_MOST);
}

void holding_close(struct holding *old, const struct holding *kept)
{
    for (unsigned i = 0; i < old->count; i++) {
        bool used = false;
        for (unsigned k = 0; kept && k < kept->count; k++) used |= kept->rows[k].bundle == old->rows[i].bundle;
        if (!used) bundle_close(old->rows[i].bundle);
    }
}

/* Those of one precedence, the greatest rank first; behind equals, the one that came first. */
static unsigned take_rank(const struct holding *holding, enum precedence precedence,
                          struct ruleset_source out[BUNDLES_AT_MOST + 1], unsigned n)
{
    bool taken[BUNDLES_AT_MOST] = {false};
    for (;;) {
        const struct held *best = NULL;
        for (unsigned i = 0; i < holding->count; i++) {
            const struct held *h = &holding->rows[i];
            if (h->own || taken[i] || h->precedence != (unsigned)precedence || !h->bundle) continue;
            if (!best || h->rank > best->rank) best = h;
        }
        if (!best) return n;
        taken[best - holding->rows] = true;
        out[n++] = (struct ruleset_source){.bundle = best->bundle};
    }
}

unsigned holding_sources(const struct rules *r, const struct holding *holding,
                         struct ruleset_source out[BUNDLES_AT_MOST + 1])
{
    unsigned n = take_rank(holding, PRECEDENCE_UPSTREAM_ONLY, out, 0);
    bool only = n > 0;
    const struct held *own = holding_find(holding, "", true);
    n = take_rank(holding, PRECEDENCE_UPSTREAM_PREVAILS, out, n);
    if (own && own->bundle && !only)
        out[n++] = (struct ruleset_source){.bundle = own->bundle};
    else if (r->options->signatures && !only)
        out[n++] = (struct ruleset_source){.path = r->options->signatures};
    return take_rank(holding, PRECEDENCE_LOCAL_PREVAILS, out, n);
}
