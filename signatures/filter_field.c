/* SPDX-License-Identifier: Apache-2.0 */
/* What filters and counting rules can read, whatever it comes from: computed fields (of the frame, Wireshark's names;
 * the message's own `ot.*`) and every field that parsers registered. */
#include "signatures/filter_private.h"

#include <pthread.h>
#include <stdlib.h>

static uint64_t big_endian(const uint8_t *bytes, unsigned count)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < count; i++) n = n << 8 | bytes[i];
    return n;
}

wide number_of_bytes(const uint8_t *bytes, unsigned count)
{
    if (count < 16) return (wide)big_endian(bytes, count);
    int64_t high = (int64_t)(big_endian(bytes, 8) ^ (uint64_t)1 << 63);
    return (wide)high * ((wide)1 << 64) + (wide)big_endian(bytes + 8, 8);
}

bool datum_number(struct datum *out, uint64_t n)
{
    *out = (struct datum){.kind = DATUM_NUMBER, .number = (wide)n};
    return true;
}

bool datum_text(struct datum *out, const char *s)
{
    *out = (struct datum){.kind = DATUM_BYTES, .bytes = (const uint8_t *)s, .length = (uint32_t)strlen(s)};
    return true;
}

bool datum_real(struct datum *out, double r)
{
    *out = (struct datum){.kind = DATUM_REAL, .real = r};
    return true;
}

bool datum_octets(struct datum *out, uint8_t family, const uint8_t *bytes, unsigned length)
{
    *out = (struct datum){.kind = DATUM_NUMBER,
                          .family = family,
                          .number = number_of_bytes(bytes, length),
                          .bytes = bytes,
                          .length = length};
    return true;
}

const struct parser *protocol_named(const char *name)
{
    size_t n = strlen(name);
    const struct parser *p = registry_parser(name);
    if (strcmp(name, "ot") == 0) return NULL;
    for (unsigned i = 0; !p && i < registry()->field_count; i++) {
        const char *field = field_of((uint16_t)i)->name;
        if (strncmp(field, name, n) == 0 && field[n] == '.') p = field_parser((uint16_t)i);
    }
    return p;
}

/* One handle for each computed field, then one for each of the registry; made at first use, never freed. */
static struct filter_field *handles;
static pthread_once_t handles_made = PTHREAD_ONCE_INIT;

static void make_handles(void)
{
    size_t count = computed_field_count + registry()->field_count;
    handles = calloc(count, sizeof *handles);
    for (size_t i = 0; handles && i < count; i++) {
        if (i < computed_field_count)
            handles[i].computed = &computed_fields[i];
        else
            handles[i].number = (uint16_t)(i - computed_field_count);
    }
}

const struct filter_field *filter_field_find(const char *name)
{
    pthread_once(&handles_made, make_handles);
    if (!handles) return NULL;
    for (size_t i = 0; i < computed_field_count; i++)
        if (strcmp(computed_fields[i].name, name) == 0) return &handles[i];
    int number_found = registry_field(name);
    return number_found < 0 ? NULL : &handles[computed_field_count + (size_t)number_found];
}

const char *filter_field_name(const struct filter_field *f)
{
    return f->computed ? f->computed->name : field_of(f->number)->name;
}

static const char *name_at(void *context, unsigned index)
{
    (void)context;
    if (index < computed_field_count) return computed_fields[index].name;
    index -= (unsigned)computed_field_count;
    return index < registry()->field_count ? field_of((uint16_t)index)->name : NULL;
}

const char *filter_field_nearest(const char *name) { return nearest_name(name, name_at, NULL); }

int filter_field_registry(const struct filter_field *f)
{
    return f->computed ? registry_field(f->computed->name) : f->number;
}

bool filter_field_settled(const struct filter_field *f, const struct message *m)
{
    if (!f->computed || !m->packet || (!f->computed->of_frame && !m->parser)) return false;
    return f->computed->settled == SETTLED_BY_PACKET || (f->computed->settled == SETTLED_BY_OPERATION && m->operation);
}

static const uint8_t term_of_type[FIELD_TYPE_COUNT] = {
    [FIELD_NONE] = TERM_NONE,      [FIELD_BOOL] = TERM_INTEGER,   [FIELD_UINT8] = TERM_INTEGER,
    [FIELD_UINT16] = TERM_INTEGER, [FIELD_UINT24] = TERM_INTEGER, [FIELD_UINT32] = TERM_INTEGER,
    [FIELD_UINT48] = TERM_INTEGER, [FIELD_UINT64] = TERM_INTEGER, [FIELD_INT8] = TERM_INTEGER,
    [FIELD_INT16] = TERM_INTEGER,  [FIELD_INT32] = TERM_INTEGER,  [FIELD_INT64] = TERM_INTEGER,
    [FIELD_FLOAT] = TERM_REAL,     [FIELD_DOUBLE] = TERM_REAL,    [FIELD_TEXT] = TERM_TEXT,
    [FIELD_BYTES] = TERM_BYTES,    [FIELD_ETHER] = TERM_ETHER,    [FIELD_IPV4] = TERM_IPV4,
    [FIELD_IPV6] = TERM_IPV6,      [FIELD_GUID] = TERM_BYTES,     [FIELD_TIME] = TERM_REAL,
};

enum term field_term(const struct filter_field *f)
{
    return f->computed ? f->computed->term : term_of_type[field_of(f->number)->type];
}

/* Octets of a field that is an address make a number, too. */
static void take_octets(enum term term, const struct value *v, struct datum *out)
{
    static const struct {
        uint8_t length, family;
    } addresses[] = {[TERM_ETHER] = {6, FAMILY_ETHER}, [TERM_IPV4] = {4, FAMILY_IPV4}, [TERM_IPV6] = {16, FAMILY_IPV6}};
    *out = (struct datum){.kind = DATUM_BYTES, .bytes = v->bytes, .length = v->length};
    if (term < COUNT_OF(addresses) && addresses[term].length && addresses[term].length == v->length)
        datum_octets(out, addresses[term].family, v->bytes, v->length);
}

static void take_value(const struct value *v, struct datum *out)
{
    enum term term = term_of_type[field_of(v->field)->type];
    switch ((enum value_kind)v->kind) {
    case VALUE_UINT:
        if (term == TERM_REAL) { /* FIELD_TIME, in nanoseconds: compared in seconds */
            datum_real(out, (double)v->u / 1e9);
            break;
        }
        datum_number(out, v->u);
        if (term == TERM_IPV4) out->family = FAMILY_IPV4;
        break;
    case VALUE_INT:
        *out = (struct datum){.kind = DATUM_NUMBER, .number = v->i};
        break;
    case VALUE_DOUBLE:
        datum_real(out, v->f);
        break;
    case VALUE_BYTES:
    case VALUE_TEXT:
        take_octets(term, v, out);
        break;
    case VALUE_NONE:
        *out = (struct datum){.kind = DATUM_PRESENT};
        break;
    }
}

bool field_next(const struct filter_field *f, const struct message *m, uint32_t *cursor, struct datum *out)
{
    if (f->computed) return (f->computed->of_frame || m->parser) && f->computed->get(m, (*cursor)++, out);
    for (; *cursor < m->value_count; ++*cursor) {
        const struct value *v = &m->values[*cursor];
        if (v->field != f->number) continue;
        take_value(v, out);
        ++*cursor;
        return true;
    }
    return false;
}
