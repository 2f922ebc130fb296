/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of the self-inspection form 自查表 besides its items (regulation.md §2), from
 * collector/models/inspection-form.yaml. */
#ifndef WANGLOU_COLLECTOR_REPORT_FORM_H
#define WANGLOU_COLLECTOR_REPORT_FORM_H

#include "collector/report/inspection.h"

enum { FORM_BLOCKS = 16, FORM_FIELDS = 24 };

struct form_field {
    const char *zh, *en; /* zh is also the key under which the answer stands */
    bool automatic;      /* the report fills it in by itself */
};
struct form_block {
    const char *name, *zh, *en;
    bool list; /* rows of the fields; otherwise a value for each; without fields: a text */
    struct form_field fields[FORM_FIELDS];
    unsigned field_count;
};
struct form {
    struct yaml *document; /* never closed: the texts are its own */
    const char *source, *certainty;
    struct form_block blocks[FORM_BLOCKS];
    unsigned count;
};

/* The one form, read at first use; NULL and a fault when it is wrong. */
const struct form *form_get(struct fault *fault);
/* The empty questionnaire of a template, to be filled in. */
bool form_write(const struct inspection *inspection, void *file, struct fault *fault);

#endif
