/* SPDX-License-Identifier: Apache-2.0 */
/* Invariants between points 测点间关系, file `variables.invariants`: a condition of the filter language over up to
 * eight points, which stand in it as ot.point.a … ot.point.h; the last of them may be sums of others.
 *
 *     - id: tank-balance
 *       name: {zh: "进出流量平衡", en: "inflow and outflow balance"}
 *       points: {a: "10.1.1.10/modbus/1/40001", b: "10.1.1.10/modbus/1/40002"}
 *       sums: {c: {a: 1, b: -1}}
 *       where: 'ot.point.c >= -5 and ot.point.c <= 5'
 *       hold: 30s   # broken for so long
 *       within: 1m  # values of different age are not compared */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/yaml.h"
#include "sensor/plant/variables.h"
#include "signatures/filter.h"

enum { INVARIANTS_AT_MOST = 256, LETTERS = 8, ID_TEXT = 64 };

struct invariant {
    char id[ID_TEXT];
    const char *zh, *en, *text;
    struct filter *where;
    struct {
        const char *point; /* "": none, or a sum */
        bool is_sum;
        double weights[LETTERS];
        double value;
        uint64_t time_ns; /* 0: not heard yet */
    } letters[LETTERS];
    uint64_t hold_ns, within_ns, broken_ns, told_ns; /* broken: since when; 0: it holds */
};

struct invariants {
    struct yaml *document; /* owns the texts */
    unsigned count;
    struct invariant list[INVARIANTS_AT_MOST];
};

static bool letter_of(const struct yaml_node *n, unsigned *letter, struct fault *fault)
{
    const char *key = n->key->text;
    if (strlen(key) != 1 || key[0] < 'a' || key[0] >= 'a' + LETTERS)
        return yaml_fault(n, fault, "\"%s\" is no letter from a to %c", key, 'a' + LETTERS - 1);
    *letter = (unsigned)(key[0] - 'a');
    return true;
}

static bool load_points(struct invariant *v, const struct yaml_node *map, struct fault *fault)
{
    unsigned letter = 0;
    if (!yaml_is_mapping(map, fault)) return false;
    for (const struct yaml_node *n = map->first; n; n = n->next)
        if (!letter_of(n, &letter, fault) || !yaml_text(n, &v->letters[letter].point, fault)) return false;
    return true;
}

/* A sum is made of points, not of sums. */
static bool load_sums(struct invariant *v, const struct yaml_node *map, struct fault *fault)
{
    unsigned letter = 0, of = 0;
    if (!map) return true;
    if (!yaml_is_mapping(map, fault)) return false;
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        if (!letter_of(n, &letter, fault) || !yaml_is_mapping(n, fault)) return false;
        if (v->letters[letter].point) return yaml_fault(n, fault, "%s is a point already", n->key->text);
        v->letters[letter].is_sum = true;
        for (const struct yaml_node *w = n->first; w; w = w->next) {
            if (!letter_of(w, &of, fault)) return false;
            if (!v->letters[of].point) return yaml_fault(w, fault, "%s is no point", w->key->text);
            if (!yaml_double(w, -1e12, 1e12, &v->letters[letter].weights[of], fault)) return false;
        }
    }
    return true;
}

/* Only its own points may stand in it. */
static bool load_where(struct invariant *v, const struct yaml_node *n, struct fault *fault)
{
    uint8_t *want = calloc(registry()->field_count, 1);
    char name[32];
    bool good = want && yaml_text(n, &v->text, fault) &&
                (v->where = filter_compile(v->text, NULL, fault, n->file, n->source_line, n->source_column));
    if (good) filter_fields(v->where, want);
    for (unsigned i = 0; good && i < LETTERS; i++) {
        snprintf(name, sizeof name, "ot.point.%c", 'a' + i);
        bool there = v->letters[i].point || v->letters[i].is_sum;
        if (want[registry_field(name)] && !there)
            good = yaml_fault(n, fault, "%s is neither among points nor sums", name);
    }
    free(want);
    return good;
}

static bool load_one(struct invariant *v, const struct yaml_node *n, struct fault *fault)
{
    static const char *const keys[] = {"id", "name", "points", "sums", "where", "hold", "within", NULL};
    const struct yaml_node *id, *name, *points, *where;
    const char *text;
    v->hold_ns = 30 * VARIABLE_SECOND;
    v->within_ns = VARIABLE_MINUTE;
    if (!yaml_keys(n, keys, fault) || !(id = yaml_required(n, "id", fault)) ||
        !(name = yaml_required(n, "name", fault)) || !(points = yaml_required(n, "points", fault)) ||
        !(where = yaml_required(n, "where", fault)) || !yaml_text(id, &text, fault))
        return false;
    if (!*text || !text_put(v->id, sizeof v->id, text)) return yaml_fault(id, fault, "1 to %d bytes", ID_TEXT - 1);
    return yaml_text(yaml_required(name, "zh", fault), &v->zh, fault) &&
           yaml_text(yaml_required(name, "en", fault), &v->en, fault) && load_points(v, points, fault) &&
           load_sums(v, yaml_get(n, "sums"), fault) && load_where(v, where, fault) &&
           yaml_duration(yaml_get(n, "hold"), 0, 86400 * VARIABLE_SECOND, &v->hold_ns, fault) &&
           yaml_duration(yaml_get(n, "within"), VARIABLE_SECOND, 86400 * VARIABLE_SECOND, &v->within_ns, fault);
}

struct invariants *invariants_load(const char *path, struct fault *fault)
{
    struct invariants *all = calloc(1, sizeof *all);
    if (!all) return fault_set(fault, "out of memory"), NULL;
    all->document = yaml_load_file(path, fault);
    bool good = all->document && yaml_is_list(yaml_root(all->document), fault);
    if (good && yaml_root(all->document)->count > INVARIANTS_AT_MOST)
        good = yaml_fault(yaml_root(all->document), fault, "more than %d invariants", INVARIANTS_AT_MOST);
    for (const struct yaml_node *n = good ? yaml_root(all->document)->first : NULL; good && n; n = n->next)
        good = load_one(&all->list[all->count++], n, fault);
    if (good) return all;
    invariants_free(all);
    return NULL;
}

void invariants_free(struct invariants *all)
{
    if (!all) return;
    for (unsigned i = 0; i < all->count; i++) filter_free(all->list[i].where);
    yaml_close(all->document);
    free(all);
}

bool invariants_watch(const struct invariants *all, const char *point)
{
    for (unsigned i = 0; i < all->count; i++)
        for (unsigned k = 0; k < LETTERS; k++)
            if (all->list[i].letters[k].point && strcmp(all->list[i].letters[k].point, point) == 0) return true;
    return false;
}

static double value_of(const struct invariant *v, unsigned letter)
{
    double sum = 0;
    if (!v->letters[letter].is_sum) return v->letters[letter].value;
    for (unsigned i = 0; i < LETTERS; i++)
        if (v->letters[letter].weights[i] != 0) sum += v->letters[letter].weights[i] * v->letters[i].value;
    return sum;
}

/* False: some point was not heard, or not lately. */
static bool is_whole(const struct invariant *v, uint64_t now)
{
    for (unsigned i = 0; i < LETTERS; i++) {
        uint64_t at = v->letters[i].time_ns;
        if (v->letters[i].point && (!at || now > at + v->within_ns)) return false;
    }
    return true;
}

static bool holds(const struct invariant *v)
{
    struct value values[LETTERS];
    const struct packet_meta packet = {0};
    struct message m = {.packet = &packet, .values = values};
    int first = registry_field("ot.point.a");
    for (unsigned i = 0; i < LETTERS; i++) {
        if (!v->letters[i].point && !v->letters[i].is_sum) continue;
        values[m.value_count++] =
            (struct value){.field = (uint16_t)(first + (int)i), .kind = VALUE_DOUBLE, .f = value_of(v, i)};
    }
    return filter_match(v->where, &m);
}

static void tell(struct variables *all, struct invariant *v, const struct point *p, bool broken, uint64_t now)
{
    struct point named = {.last = p->last};
    snprintf(named.name, sizeof named.name, "invariant/%s", v->id);
    struct json j = variable_begin(all, &named, FINDING_INVARIANT);
    json_put_string(&j, "state", broken ? "broken" : "holds");
    json_begin_object(&j, "name");
    json_put_string(&j, "zh", v->zh);
    json_put_string(&j, "en", v->en);
    json_end_object(&j);
    json_put_string(&j, "where", v->text);
    if (broken) json_put_time(&j, "since", v->broken_ns);
    json_begin_array(&j, "points");
    for (unsigned i = 0; i < LETTERS; i++) {
        if (!v->letters[i].point && !v->letters[i].is_sum) continue;
        json_begin_object(&j, NULL);
        json_put_format(&j, "letter", "%c", 'a' + i);
        if (v->letters[i].point) json_put_string(&j, "point", v->letters[i].point);
        json_put_double(&j, "value", value_of(v, i));
        json_end_object(&j);
    }
    json_end_array(&j);
    variable_finish(all, &named, FINDING_INVARIANT, &j, now);
}

static void judge(struct variables *all, struct invariant *v, const struct point *p, uint64_t now)
{
    if (!is_whole(v, now)) return;
    if (holds(v)) {
        if (v->told_ns) tell(all, v, p, false, now);
        v->broken_ns = v->told_ns = 0;
        return;
    }
    if (!v->broken_ns) v->broken_ns = now;
    if (v->told_ns || now < v->broken_ns + v->hold_ns) return;
    v->told_ns = now;
    tell(all, v, p, true, now);
}

void invariants_take(struct variables *all, const struct point *p, uint64_t now)
{
    struct invariants *list = all->invariants;
    for (unsigned i = 0; i < list->count; i++) {
        struct invariant *v = &list->list[i];
        bool touched = false;
        for (unsigned k = 0; k < LETTERS; k++) {
            if (!v->letters[k].point || strcmp(v->letters[k].point, p->name) != 0) continue;
            v->letters[k].value = p->last;
            v->letters[k].time_ns = now;
            touched = true;
        }
        if (touched) judge(all, v, p, now);
    }
}
