/* SPDX-License-Identifier: Apache-2.0 */
/* The clauses of a rule: conditions, keys, counts, hours of the week (docs/writing-signatures.md). */
#include "signatures/rule.h"

#include <stdio.h>
#include <string.h>

#define SECOND ((uint64_t)1000000000)

bool load_condition(struct loader *l, const struct yaml_node *node, struct rule_condition *out)
{
    const struct yaml_node *where = yaml_get(node, "where"), *patterns = yaml_get(node, "patterns"),
                           *payload = yaml_get(node, "payload");
    static const char *const keys[] = {"where", "patterns", NULL};
    bool is_step = !node->key && !yaml_get(node, "id"); /* an item of `steps` */
    if (is_step && !yaml_keys(node, keys, l->fault)) return false;
    if (!where && !patterns && !payload)
        return yaml_fault(node, l->fault, "none of \"where\", \"patterns\" and \"payload\" says what to match");
    if (payload && !(out->payload = payload_load(l, payload))) return false;
    if (patterns && payload) return yaml_fault(patterns->key, l->fault, "write the patterns as steps of \"payload\"");
    if (where) {
        const char *text;
        if (!yaml_text(where, &text, l->fault)) return false;
        out->where =
            filter_compile(where->source, l->sets, l->fault, where->file, where->source_line, where->source_column);
        if (!out->where) return false;
    }
    return !patterns || load_patterns(l, patterns, out);
}

static bool load_field(struct loader *l, const struct yaml_node *node, const struct filter_field **out)
{
    const char *name = NULL;
    if (!yaml_text(node, &name, l->fault)) return false;
    *out = filter_field_find(name);
    if (*out) return true;
    const char *near = filter_field_nearest(name);
    if (near) return yaml_fault(node, l->fault, "unknown field \"%s\"; did you mean \"%s\"?", name, near);
    return yaml_fault(node, l->fault, "unknown field \"%s\"; \"wanglou protocols\" lists the fields", name);
}

bool key_is_of_pair(const struct rule_key *key)
{
    static const char *const pairs[][2] = {{"ot.client", "ot.server"},
                                           {"ot.source", "ot.destination"},
                                           {"ip.src", "ip.dst"},
                                           {"ipv6.src", "ipv6.dst"},
                                           {"goose.gocbRef", "goose.gocbRef"},
                                           {"sv.svID", "sv.svID"}}; /* all GOOSE and SV come to one worker */
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        unsigned ends = 0;
        for (unsigned k = 0; k < key->count; k++)
            for (unsigned end = 0; end < 2; end++)
                if (strcmp(filter_field_name(key->fields[k]), pairs[i][end]) == 0) ends |= 1u << end;
        if (ends == 3) return true;
    }
    return false;
}

/* No list: who commands and who is commanded. */
bool load_key(struct loader *l, const struct yaml_node *list, struct rule_key *out)
{
    *out = (struct rule_key){{filter_field_find("ot.client"), filter_field_find("ot.server")}, 2};
    if (!list) return true;
    if (!yaml_is_list(list, l->fault)) return false;
    if (list->count > KEY_FIELDS) return yaml_fault(list, l->fault, "at most %d fields make a key", KEY_FIELDS);
    out->count = 0;
    for (const struct yaml_node *item = list->first; item; item = item->next)
        if (!load_field(l, item, &out->fields[out->count++])) return false;
    return true;
}

bool load_count(struct loader *l, const struct yaml_node *node, struct rule_count *out)
{
    static const char *const keys[] = {"by", "at_least", "within", "distinct", NULL};
    uint64_t at_least = 0;
    if (!node) return true;
    if (!yaml_keys(node, keys, l->fault)) return false;
    const struct yaml_node *threshold = yaml_required(node, "at_least", l->fault),
                           *within = yaml_required(node, "within", l->fault), *distinct = yaml_get(node, "distinct");
    if (!threshold || !within || !yaml_uint(threshold, 2, COUNT_CAP, &at_least, l->fault)) return false;
    if (!yaml_duration(within, SECOND / 1000, 30 * 86400 * SECOND, &out->within_ns, l->fault)) return false;
    out->at_least = (unsigned)at_least;
    if (distinct && !load_field(l, distinct, &out->distinct)) return false;
    return load_key(l, yaml_get(node, "by"), &out->by);
}

/* ---- hours ------------------------------------------------------- */

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static const char *parse_day(const char *text, unsigned *day)
{
    for (*day = 0; *day < 7; ++*day)
        if (strncmp(text, day_names[*day], 3) == 0) return text + 3;
    return NULL;
}

static bool parse_clock(const char *text, unsigned *minutes, unsigned *length)
{
    unsigned hour, minute;
    int n = 0;
    if (sscanf(text, "%2u:%2u%n", &hour, &minute, &n) != 2 || n != 5 || minute > 59) return false;
    *minutes = hour * 60 + minute;
    *length = 5;
    return *minutes <= 24 * 60;
}

/* "mon-fri 08:00-18:00", "sat 08:00-12:00", "22:00-06:00" (every day, across midnight). */
static bool parse_span(const char *text, struct span *out)
{
    unsigned first = 0, last = 6, from, to, n;
    const char *at = text;
    if (*at >= 'a') {
        if (!(at = parse_day(at, &first))) return false;
        last = first;
        if (*at == '-' && !(at = parse_day(at + 1, &last))) return false;
        if (*at++ != ' ') return false;
    }
    if (!parse_clock(at, &from, &n) || at[n] != '-' || !parse_clock(at + n + 1, &to, &n) || at[6 + n]) return false;
    out->days = 0;
    for (unsigned day = first;; day = (day + 1) % 7) {
        out->days |= (uint8_t)(1 << day);
        if (day == last) break;
    }
    out->from = (uint16_t)from;
    out->to = (uint16_t)to;
    return from != to;
}

static bool load_spans(struct loader *l, const struct yaml_node *node, struct rule_hours *out)
{
    const struct yaml_node *first = node->kind == YAML_LIST ? node->first : node;
    for (const struct yaml_node *item = first; item; item = node->kind == YAML_LIST ? item->next : NULL) {
        const char *text = NULL;
        if (!yaml_text(item, &text, l->fault)) return false;
        if (out->count == SPAN_CAP) return yaml_fault(item, l->fault, "more than %d spans", SPAN_CAP);
        if (!parse_span(text, &out->spans[out->count++]))
            return yaml_fault(item, l->fault, "\"%s\" is not a time of the week; write \"mon-fri 08:00-18:00\"", text);
    }
    return out->count ? true : yaml_fault(node, l->fault, "no time of the week is given");
}

bool load_hours(struct loader *l, const struct yaml_node *node, struct rule_hours *out)
{
    static const char *const keys[] = {"inside", "outside", NULL};
    if (!node) return true;
    if (!yaml_keys(node, keys, l->fault)) return false;
    if (node->count != 1) return yaml_fault(node, l->fault, "either \"inside\" or \"outside\" stands here");
    out->outside = yaml_get(node, "outside") != NULL;
    return load_spans(l, node->first, out);
}

/* A span that runs across midnight belongs to the day on which it begins. */
static bool in_span(const struct span *s, unsigned day, unsigned minute)
{
    bool today = s->days >> day & 1, yesterday = s->days >> (day + 6) % 7 & 1;
    if (s->from < s->to) return today && minute >= s->from && minute < s->to;
    return (today && minute >= s->from) || (yesterday && minute < s->to);
}

bool hours_match(const struct rule_hours *h, uint64_t time_ns, int64_t utc_offset_s)
{
    int64_t minutes = ((int64_t)(time_ns / SECOND) + utc_offset_s) / 60;
    unsigned day = (unsigned)((minutes / 1440 + 3) % 7); /* 1970-01-01 was a Thursday */
    bool inside = false;
    for (unsigned i = 0; !inside && i < h->count; i++) inside = in_span(&h->spans[i], day, (unsigned)(minutes % 1440));
    return !h->count || inside != h->outside;
}
