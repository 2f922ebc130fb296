/* SPDX-License-Identifier: Apache-2.0 */
/* Precursors of failure 失效先兆 and how much each weighs in the forecast: signatures/precursors.yaml, put into the
 * program by the assembler, or a file of the site's own. */
#ifndef WANGLOU_SIGNATURES_PRECURSORS_H
#define WANGLOU_SIGNATURES_PRECURSORS_H

#include "signatures/signature.h"

/* X(id, name): what a sensor can see of them. */
#define PRECURSORS(X)                                                                                                  \
    X(WORSENING, "worsening")                                                                                          \
    X(SLOWING, "slowing")                                                                                              \
    X(DEGRADED, "degraded")                                                                                            \
    X(TWIN, "twin")                                                                                                    \
    X(CHANGED, "changed")                                                                                              \
    X(EXPOSED, "exposed")                                                                                              \
    X(VULNERABLE, "vulnerable")
enum precursor {
#define X(id, name) PRECURSOR_##id,
    PRECURSORS(X)
#undef X
        PRECURSOR_COUNT
};
extern const char *const precursor_name[PRECURSOR_COUNT];

struct precursor_weight {
    double probability; /* that it alone brings a failure within 30 days */
    struct words name, why;
};

struct precursors;

/* A file, or NULL: the built-in one. */
struct precursors *precursors_load(const char *path, struct fault *fault);
void precursors_free(struct precursors *precursors);
const struct precursor_weight *precursor_weight(const struct precursors *precursors, enum precursor which);

#endif
