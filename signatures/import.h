/* SPDX-License-Identifier: Apache-2.0 */
/* Takes Suricata and Snort rules into our own grammar (Suricata 7 User Guide, "Suricata Rules"; Snort 3 Rule Writing
 * Guide): each becomes the text of one YAML rule, which the loader itself then has to accept.
 *
 * import_text: lines to rules and options · import_where: the header · import_steps: what looks at bytes ·
 * import_about: what a reader is told, thresholds, marks · import: files, numbers, the verdict. */
#ifndef WANGLOU_SIGNATURES_IMPORT_H
#define WANGLOU_SIGNATURES_IMPORT_H

#include <stdio.h>

#include "common/fault.h"
#include "common/region.h"

enum { IMPORT_OPTIONS = 128, IMPORT_STEPS = 32, IMPORT_VARIABLES = 256, IMPORT_TEXT = 1 << 16 };

struct import_option {
    const char *name, *value; /* value "" where there is none */
};

/* A rule as it stands in its file. */
struct import_rule {
    const char *file;
    unsigned line;
    const char *action, *protocol, *source, *source_port, *direction, *destination, *destination_port;
    struct import_option options[IMPORT_OPTIONS];
    unsigned option_count;
};

/* A step being put together: modifiers stand behind their content. */
struct import_step {
    const char *field; /* the buffer; NULL: the payload */
    unsigned base;     /* where the buffer begins in the PDU */
    bool literal, absent, nocase, at_end, relative;
    const char *offset, *depth, *distance, *within; /* NULL: not given */
    char body[2048];                                /* `hex: "..."` and what else belongs to it */
};

/* One rule on its way to YAML. */
struct import_work {
    struct region *memory;
    const struct import_rule *rule;
    struct fault *why; /* the keyword that prevents it, and what about it */
    char where[8192];
    struct import_step steps[IMPORT_STEPS];
    unsigned step_count;
    const char *field; /* the sticky buffer in force */
    unsigned base;
    bool message;     /* it needs a protocol's words: the PDU is searched, not the packet */
    bool established; /* and so on: `payload` */
    unsigned direction, least, most;
    bool silent;
    char count[256], quiet[256], marks[4][512];
    const char *mark_party;
    const char **variables; /* names that became $sets, all files together */
    unsigned *variable_count;
};

/* All rules of a text, which is changed. Calls `each`; false: a line that is no rule was met, `fault` tells it, and the
 * next rules are read all the same. */
void import_text(const char *file, char *text, void (*each)(void *context, struct import_rule *rule, struct fault *bad),
                 void *context);

/* Each is false when the rule cannot be taken, and fills `why`. */
bool import_header(struct import_work *work);
bool import_bytes(struct import_work *work, const struct import_option *option, bool *taken);
bool import_fields(struct import_work *work, const struct import_option *option, bool *taken);
bool import_limits(struct import_work *work, const struct import_option *option, bool *taken);
/* Adds a condition to `where`. */
bool import_and(struct import_work *work, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool import_no(struct import_work *work, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next part of a list divided by commas (or blanks, if `blanks`), trimmed; NULL at the end. Changes the text. */
char *import_part(char **rest, bool blanks);

struct import_result {
    unsigned rules, taken;
};
/* Writes the rules taken to `out` (NULL: nowhere), those that cannot be to `told`, one a line. False: a file cannot be
 * read. */
bool import_files(const char *const *files, unsigned count, FILE *out, FILE *sets, FILE *told,
                  struct import_result *result, struct fault *fault);

#endif
