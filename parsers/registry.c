/* SPDX-License-Identifier: Apache-2.0 */
/* The list of parsers that `make` generated, numbered and checked. */
#include "parsers/registry.h"

#include <stdio.h>
#include <stdlib.h>

#define PARSER(name) extern const struct parser parser_##name;
#include "gen/parsers.inc"
#undef PARSER

#define PARSER(name) &parser_##name,
static const struct parser *const list[] = {
#include "gen/parsers.inc"
};
#undef PARSER

/* Codes below this are found by one look. */
enum { QUICK_CODES = 256 };
enum { FIELD_CAP = 8192, NAME_SLOTS = 16384, PARSER_CAP = 128 };

static uint16_t field_base[PARSER_CAP];
static const struct field *field_by_number[FIELD_CAP];
static uint8_t parser_by_field[FIELD_CAP];
static uint16_t number_by_name[NAME_SLOTS];               /* number + 1, open addressing */
static uint16_t quick_operation[PARSER_CAP][QUICK_CODES]; /* row + 1 */
static struct registry the_registry;

static unsigned name_hash(const char *s)
{
    unsigned h = 2166136261u;
    for (; *s; s++) h = (h ^ (uint8_t)*s) * 16777619u;
    return h;
}

int registry_field(const char *name)
{
    for (unsigned i = name_hash(name);; i++) {
        unsigned n = number_by_name[i % NAME_SLOTS];
        if (!n) return -1;
        if (strcmp(field_by_number[n - 1]->name, name) == 0) return (int)n - 1;
    }
}

static void name_enter(const char *name, uint16_t number)
{
    unsigned i = name_hash(name);
    while (number_by_name[i % NAME_SLOTS]) i++;
    number_by_name[i % NAME_SLOTS] = (uint16_t)(number + 1);
}

static const char *check_rows(const struct parser *p)
{
    for (unsigned i = 0; i < p->operation_count; i++) {
        const struct operation *o = &p->operations[i];
        if (!o->name || !o->zh || !o->en) return "operation without name or title";
        if (i && o[-1].code >= o->code) return "operations not sorted by code, or a code twice";
        for (unsigned j = 0; j < i; j++)
            if (strcmp(p->operations[j].name, o->name) == 0) return "operation name twice";
    }
    for (unsigned i = 0; i < p->anomaly_count; i++)
        if (!p->anomalies[i].name || !p->anomalies[i].zh || !p->anomalies[i].en) return "anomaly without title";
    for (unsigned i = 0; i < p->status_count; i++) {
        const struct status_name *s = &p->statuses[i];
        if (!s->zh || !s->en) return "status without title";
        if (i && s[-1].code >= s->code) return "statuses not sorted by code, or a code twice";
    }
    if (p->state_size > 4096) return "state_size above 4096";
    if (p->shared_size > 1 << 20) return "shared_size above 1,048,576";
    return NULL;
}

static void enter_operations(unsigned index)
{
    const struct parser *p = list[index];
    for (unsigned i = 0; i < p->operation_count; i++)
        if (p->operations[i].code < QUICK_CODES) quick_operation[index][p->operations[i].code] = (uint16_t)(i + 1);
}

static const char *enter_fields(unsigned index, uint16_t *count)
{
    const struct parser *p = list[index];
    for (unsigned i = 0; i < p->field_count; i++) {
        const struct field *f = &p->fields[i];
        if (!f->name || !f->zh || !f->en || f->type >= FIELD_TYPE_COUNT) return "field without name, title or type";
        if (*count >= FIELD_CAP) return "too many fields";
        if (registry_field(f->name) >= 0) return f->name;
        field_by_number[*count] = f;
        parser_by_field[*count] = (uint8_t)index;
        name_enter(f->name, (*count)++);
    }
    return NULL;
}

const struct registry *registry_open(char *fault, size_t fault_size)
{
    if (the_registry.parsers) return &the_registry;
    uint16_t count = 0;
    for (unsigned i = 0; i < COUNT_OF(list); i++) {
        field_base[i] = count;
        const char *why = i >= PARSER_CAP ? "too many parsers" : check_rows(list[i]);
        if (!why && (why = enter_fields(i, &count))) {
            snprintf(fault, fault_size, "parser %s: field refused: %s", list[i]->name, why);
            return NULL;
        }
        if (why) {
            snprintf(fault, fault_size, "parser %s: %s", list[i]->name, why);
            return NULL;
        }
        enter_operations(i);
    }
    the_registry = (struct registry){list, COUNT_OF(list), field_base, count};
    return &the_registry;
}

const struct registry *registry(void) { return &the_registry; }

int registry_parser_index(const struct parser *parser)
{
    for (unsigned i = 0; i < COUNT_OF(list); i++)
        if (list[i] == parser) return (int)i;
    return -1;
}

const struct parser *registry_parser(const char *name)
{
    for (unsigned i = 0; i < COUNT_OF(list); i++)
        if (strcmp(list[i]->name, name) == 0) return list[i];
    return NULL;
}

const struct field *field_of(uint16_t number) { return field_by_number[number]; }
const struct parser *field_parser(uint16_t number) { return list[parser_by_field[number]]; }

const struct operation *operation_find(const struct parser *parser, uint32_t code)
{
    size_t low = 0, high = parser->operation_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct operation *o = &parser->operations[middle];
        if (o->code == code) return o;
        if (o->code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct operation *operation_at(uint16_t base, const struct parser *parser, uint32_t code)
{
    unsigned index = parser_by_field[base];
    if (code >= QUICK_CODES || list[index] != parser) return operation_find(parser, code);
    unsigned row = quick_operation[index][code];
    return row ? &parser->operations[row - 1] : NULL;
}

const struct operation *operation_named(const struct parser *parser, const char *name)
{
    for (unsigned i = 0; i < parser->operation_count; i++)
        if (strcmp(parser->operations[i].name, name) == 0) return &parser->operations[i];
    return NULL;
}

const struct status_name *status_find(const struct parser *parser, uint32_t code)
{
    for (unsigned i = 0; i < parser->status_count; i++)
        if (parser->statuses[i].code == code) return &parser->statuses[i];
    return NULL;
}

const struct value_name *value_name_find(const struct field *field, uint64_t value)
{
    for (const struct value_name *n = field->names; n && n->en; n++)
        if (n->value == value) return n;
    return NULL;
}
