/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the catalogue of failure modes: the copies of signatures/failures/ that the assembler put into the program, or
 * the operator's files (docs/failures.md). */
#include "signatures/failures.h"

#include <stdlib.h>
#include <string.h>

#include "common/embed.h"
#include "signatures/rule.h"
#include "signatures/sets.h"

/* Each a file of signatures/failures/. */
#define FILES(X)                                                                                                       \
    X(general) X(modbus) X(iec104) X(dnp3) X(iec61850) X(profinet) X(siemens) X(cip) X(opcua) X(bacnet) X(other)

#define X(name) EMBED(failures_##name##_yaml, "signatures/failures/" #name ".yaml")
FILES(X)
#undef X

#define X(id, name, zh, en) name,
const char *const failure_severity_name[] = {FAILURE_SEVERITIES(X) NULL};
const char *const failure_cause_name[] = {FAILURE_CAUSES(X) NULL};
static const char *const end_names[] = {FAILURE_ENDS(X) NULL};
#undef X
#define X(id, name, zh, en) {zh, en},
const struct words failure_severity_words[] = {FAILURE_SEVERITIES(X)};
const struct words failure_cause_words[] = {FAILURE_CAUSES(X)};
#undef X

#define SECOND 1000000000ull
#define DAY    (86400 * SECOND)

struct failure_catalogue {
    struct region memory;
    struct sets *sets;
    struct loader loader;
    struct failure_mode modes[FAILURE_MODES_AT_MOST];
    unsigned count;
};

static const char *const keys[] = {"id",    "name", "iso",           "severity", "cause", "confidence", "where",
                                   "count", "ends", "communication", "hold",     "merge", "check",      NULL};

static bool load_numbers(struct loader *l, const struct yaml_node *n, struct failure_mode *m)
{
    double confidence = 0.5;
    uint64_t count = 1;
    m->hold_ns = 30 * SECOND;
    m->merge_ns = 60 * SECOND;
    if (!yaml_double(yaml_get(n, "confidence"), 0, 1, &confidence, l->fault) ||
        !yaml_uint(yaml_get(n, "count"), 1, 1000, &count, l->fault) ||
        !yaml_bool(yaml_get(n, "communication"), &m->communication, l->fault) ||
        !yaml_duration(yaml_get(n, "hold"), SECOND, DAY, &m->hold_ns, l->fault) ||
        !yaml_duration(yaml_get(n, "merge"), 0, DAY, &m->merge_ns, l->fault))
        return false;
    m->percent = (uint8_t)(confidence * 100 + 0.5);
    m->count = (unsigned)count;
    return true;
}

static bool load_where(struct loader *l, const struct yaml_node *node, struct failure_mode *m)
{
    const char *text;
    if (!yaml_text(node, &text, l->fault)) return false;
    m->where = filter_compile(text, l->sets, l->fault, node->file, node->source_line, node->source_column);
    return m->where != NULL;
}

static bool load_mode(struct failure_catalogue *c, const struct yaml_node *n)
{
    struct loader *l = &c->loader;
    const struct yaml_node *id, *name, *iso, *severity, *cause, *where, *check;
    const char *text;
    unsigned choice = 0;
    if (c->count == FAILURE_MODES_AT_MOST) return yaml_fault(n, l->fault, "more than %d modes", FAILURE_MODES_AT_MOST);
    struct failure_mode *m = &c->modes[c->count];
    if (!yaml_keys(n, keys, l->fault) || !(id = yaml_required(n, "id", l->fault)) ||
        !(name = yaml_required(n, "name", l->fault)) || !(iso = yaml_required(n, "iso", l->fault)) ||
        !(severity = yaml_required(n, "severity", l->fault)) || !(cause = yaml_required(n, "cause", l->fault)) ||
        !(where = yaml_required(n, "where", l->fault)) || !(check = yaml_required(n, "check", l->fault)))
        return false;
    if (!load_id(l, id, &m->id) || !load_words(l, name, &m->name) || !load_words(l, check, &m->check) ||
        !yaml_text(iso, &text, l->fault) || !(m->iso = loader_text(l, text)))
        return false;
    if (strlen(text) != 3 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return yaml_fault(iso, l->fault, "\"%s\" is no failure mode of ISO 14224 such as FTF, ERO, SPO, NOO, UNK",
                          text);
    for (unsigned i = 0; i < c->count; i++)
        if (strcmp(c->modes[i].id, m->id) == 0)
            return yaml_fault(id, l->fault, "\"%s\" stands already in %s:%u", m->id, c->modes[i].file,
                              c->modes[i].line);
    if (!yaml_choice(severity, failure_severity_name, &choice, l->fault)) return false;
    m->severity = (uint8_t)choice;
    if (!yaml_choice(cause, failure_cause_name, &choice, l->fault)) return false;
    m->cause = (uint8_t)choice;
    choice = ENDS_BY_OK;
    if (!yaml_choice(yaml_get(n, "ends"), end_names, &choice, l->fault)) return false;
    m->ends = (uint8_t)choice;
    m->line = n->line;
    if (!(m->file = loader_text(l, n->file)) || !load_numbers(l, n, m) || !load_where(l, where, m)) return false;
    c->count++;
    return true;
}

static bool load_document(struct failure_catalogue *c, struct yaml *document)
{
    bool good = document && yaml_is_list(yaml_root(document), c->loader.fault);
    for (const struct yaml_node *n = good ? yaml_root(document)->first : NULL; good && n; n = n->next)
        good = load_mode(c, n);
    yaml_close(document);
    return good;
}

static bool load_file(void *context, const char *path)
{
    struct failure_catalogue *c = context;
    return load_document(c, yaml_load_file(path, c->loader.fault));
}

static bool load_built_in(struct failure_catalogue *c)
{
    static const struct {
        const char *name, *text, *end;
    } files[] = {
#define X(name) {"signatures/failures/" #name ".yaml", failures_##name##_yaml, failures_##name##_yaml_end},
        FILES(X)
#undef X
    };
    bool good = true;
    for (unsigned i = 0; good && i < sizeof files / sizeof *files; i++)
        good = load_document(
            c, yaml_load_text(files[i].name, files[i].text, (size_t)(files[i].end - files[i].text), c->loader.fault));
    return good;
}

struct failure_catalogue *failures_load(const char *path, struct fault *fault)
{
    struct failure_catalogue *c = calloc(1, sizeof *c);
    if (!c) return fault_set(fault, "out of memory"), NULL;
    c->sets = sets_load(NULL, fault);
    c->loader = (struct loader){&c->memory, c->sets ? sets_view(c->sets) : NULL, fault};
    if (c->sets && (path ? yaml_each_file(path, load_file, c, fault) : load_built_in(c))) return c;
    failures_free(c);
    return NULL;
}

void failures_free(struct failure_catalogue *c)
{
    if (!c) return;
    for (unsigned i = 0; i < FAILURE_MODES_AT_MOST; i++) filter_free(c->modes[i].where);
    sets_free(c->sets);
    region_free(&c->memory);
    free(c);
}

const struct failure_mode *failure_modes(const struct failure_catalogue *c, unsigned *count)
{
    *count = c->count;
    return c->modes;
}
