/* SPDX-License-Identifier: Apache-2.0 */
/* Typed values out of a YAML tree, with faults that say where and what would be right (yaml.h). */
#include "common/yaml.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool yaml_fault(const struct yaml_node *n, struct fault *fault, const char *format, ...)
{
    char text[sizeof fault->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return fault_at(fault, n->file, n->line, n->column, "%s", text);
}

const struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key)
{
    if (!mapping || mapping->kind != YAML_MAPPING) return NULL;
    for (const struct yaml_node *n = mapping->first; n; n = n->next)
        if (strcmp(n->key->text, key) == 0) return n;
    return NULL;
}

const struct yaml_node *yaml_required(const struct yaml_node *mapping, const char *key, struct fault *fault)
{
    const struct yaml_node *n = yaml_get(mapping, key);
    if (!n) yaml_fault(mapping, fault, "key \"%s\" is missing", key);
    return n;
}

static const char *name_at(void *names, unsigned index) { return ((const char *const *)names)[index]; }

/* "unknown WHAT "x"; did you mean "y"?" or, when nothing is near, all that there are. */
static bool unknown(const struct yaml_node *n, const char *what, const char *const *names, struct fault *fault)
{
    char all[512] = "";
    size_t used = 0;
    const char *near = nearest_name(n->text, name_at, (void *)names);
    if (near) return yaml_fault(n, fault, "unknown %s \"%s\"; did you mean \"%s\"?", what, n->text, near);
    for (unsigned i = 0; names[i] && used < sizeof all - 1; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", names[i]);
    return yaml_fault(n, fault, "unknown %s \"%s\"; there are: %s", what, n->text, all);
}

static bool listed(const char *text, const char *const *names, unsigned *index)
{
    for (unsigned i = 0; names[i]; i++) {
        if (strcmp(text, names[i])) continue;
        *index = i;
        return true;
    }
    return false;
}

static const char *const kind_names[] = {"nothing", "a value", "a list", "a mapping (key: value)"};

static bool is_kind(const struct yaml_node *n, enum yaml_kind kind, struct fault *fault)
{
    if (n->kind == kind) return true;
    return yaml_fault(n, fault, "%s%s%s expected here, not %s", n->key ? n->key->text : "", n->key ? ": " : "",
                      kind_names[kind], kind_names[n->kind]);
}

bool yaml_is_list(const struct yaml_node *n, struct fault *fault) { return is_kind(n, YAML_LIST, fault); }
bool yaml_is_mapping(const struct yaml_node *n, struct fault *fault) { return is_kind(n, YAML_MAPPING, fault); }

bool yaml_keys(const struct yaml_node *mapping, const char *const *names, struct fault *fault)
{
    unsigned index;
    if (!yaml_is_mapping(mapping, fault)) return false;
    for (const struct yaml_node *n = mapping->first; n; n = n->next)
        if (!listed(n->key->text, names, &index)) return unknown(n->key, "key", names, fault);
    return true;
}

bool yaml_text(const struct yaml_node *n, const char **out, struct fault *fault)
{
    if (!n) return true;
    if (!is_kind(n, YAML_SCALAR, fault)) return false;
    if (!*n->text) return yaml_fault(n, fault, "empty text");
    *out = n->text;
    return true;
}

bool yaml_bool(const struct yaml_node *n, bool *out, struct fault *fault)
{
    static const char *const words[] = {"false", "true", NULL};
    unsigned index;
    if (!n) return true;
    if (!is_kind(n, YAML_SCALAR, fault)) return false;
    if (n->quoted || !listed(n->text, words, &index))
        return yaml_fault(n, fault, "\"%s\" is neither true nor false", n->text);
    *out = index;
    return true;
}

/* An unsigned number at the start of `text`, decimal or 0x; NULL when there is none or it is too large. */
static const char *number(const char *text, uint64_t *out)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hex ? text + 2 : text;
    char *end;
    if (!strchr(hex ? "0123456789abcdefABCDEF" : "0123456789", *digits) || !*digits) return NULL;
    errno = 0;
    *out = strtoull(digits, &end, hex ? 16 : 10);
    return errno ? NULL : end;
}

bool yaml_uint(const struct yaml_node *n, uint64_t least, uint64_t most, uint64_t *out, struct fault *fault)
{
    uint64_t u = 0;
    if (!n) return true;
    if (!is_kind(n, YAML_SCALAR, fault)) return false;
    const char *end = number(n->text, &u);
    if (n->quoted || !end || *end || u < least || u > most)
        return yaml_fault(n, fault, "\"%s\" is not a whole number from %" PRIu64 " to %" PRIu64, n->text, least, most);
    *out = u;
    return true;
}

bool yaml_int(const struct yaml_node *n, int64_t least, int64_t most, int64_t *out, struct fault *fault)
{
    uint64_t u = 0;
    if (!n) return true;
    if (!is_kind(n, YAML_SCALAR, fault)) return false;
    bool negative = n->text[0] == '-';
    const char *end = number(n->text + negative, &u);
    bool fits = end && !*end && u <= (uint64_t)INT64_MAX + negative;
    int64_t i = fits ? (int64_t)(negative ? 0 - u : u) : 0;
    if (n->quoted || !fits || i < least || i > most)
        return yaml_fault(n, fault, "\"%s\" is not a whole number from %" PRId64 " to %" PRId64, n->text, least, most);
    *out = i;
    return true;
}

bool yaml_double(const struct yaml_node *n, double least, double most, double *out, struct fault *fault)
{
    if (!n) return true;
    if (!is_kind(n, YAML_SCALAR, fault)) return false;
    char *end;
    double d = strtod(n->text, &end);
    if (n->quoted || end == n->text || *end || !isfinite(d) || d < least || d > most)
        return yaml_fault(n, fault, "\"%s\" is not a number from %g to %g", n->text, least, most);
    *out = d;
    return true;
}

struct multiple {
    const char *suffix;
    uint64_t factor;
};

/* A number with one of the suffixes; a suffix of "" allows the bare number. */
static bool scaled(const char *text, const struct multiple *multiples, uint64_t *out)
{
    uint64_t u;
    const char *end = number(text, &u);
    for (; end && multiples->suffix; multiples++)
        if (strcmp(end, multiples->suffix) == 0) return !__builtin_mul_overflow(u, multiples->factor, out);
    return false;
}

bool yaml_duration(const struct yaml_node *n, uint64_t least_ns, uint64_t most_ns, uint64_t *out, struct fault *fault)
{
    static const struct multiple units[] = {{"ms", 1000000},      {"s", 1000000000},     {"m", 60000000000},
                                            {"h", 3600000000000}, {"d", 86400000000000}, {NULL, 0}};
    uint64_t ns = 0;
    if (!n) return true;
    if (!is_kind(n, YAML_SCALAR, fault)) return false;
    if (strcmp(n->text, "0") && !scaled(n->text, units, &ns))
        return yaml_fault(n, fault, "\"%s\" is not a time; write 200ms, 60s, 5m, 2h or 7d", n->text);
    if (ns < least_ns || ns > most_ns)
        return yaml_fault(n, fault, "\"%s\" is not between %g and %g seconds", n->text, (double)least_ns / 1e9,
                          (double)most_ns / 1e9);
    *out = ns;
    return true;
}

bool yaml_size(const struct yaml_node *n, uint64_t least, uint64_t most, uint64_t *out, struct fault *fault)
{
    static const struct multiple units[] = {{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {NULL, 0}};
    uint64_t bytes = 0;
    if (!n) return true;
    if (!is_kind(n, YAML_SCALAR, fault)) return false;
    if (!scaled(n->text, units, &bytes))
        return yaml_fault(n, fault, "\"%s\" is not a size; write bytes, or 64K, 10M, 2G", n->text);
    if (bytes < least || bytes > most)
        return yaml_fault(n, fault, "\"%s\" is not between %" PRIu64 " and %" PRIu64 " bytes", n->text, least, most);
    *out = bytes;
    return true;
}

bool yaml_choice(const struct yaml_node *n, const char *const *names, unsigned *out, struct fault *fault)
{
    if (!n) return true;
    if (!is_kind(n, YAML_SCALAR, fault)) return false;
    return listed(n->text, names, out) || unknown(n, "value", names, fault);
}
