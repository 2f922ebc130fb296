/* SPDX-License-Identifier: Apache-2.0 */
/* Limits of points: those an officer set (file `variables.limits`), and those learned from what was measured: quantiles
 * of the first days, with a margin. What is written is the baseline's (value_range). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/yaml.h"
#include "sensor/plant/variables.h"

enum {
    SUMMARIES_LEAST = 100, /* of ten seconds each, before there are limits */
    CHANGES_LEAST = 20     /* a state or a constant has no range */
};
#define QUANTILE_LOW  0.005
#define QUANTILE_HIGH 0.995
#define MARGIN        0.25 /* of the range between the two */

static bool load_limit(const struct yaml_node *n, struct limit *l, struct fault *fault)
{
    static const char *const keys[] = {"point", "low", "high", "rate", "stuck", "stale", "toggling", NULL};
    const struct yaml_node *point;
    const char *text;
    const uint64_t day = 86400 * VARIABLE_SECOND;
    l->low = l->high = l->rate = NAN;
    if (!yaml_keys(n, keys, fault) || !(point = yaml_required(n, "point", fault)) || !yaml_text(point, &text, fault))
        return false;
    if (!text_put(l->point, sizeof l->point, text))
        return yaml_fault(point, fault, "longer than %d bytes", POINT_TEXT - 1);
    return yaml_double(yaml_get(n, "low"), -1e308, 1e308, &l->low, fault) &&
           yaml_double(yaml_get(n, "high"), -1e308, 1e308, &l->high, fault) &&
           yaml_double(yaml_get(n, "rate"), 0, 1e308, &l->rate, fault) &&
           yaml_duration(yaml_get(n, "stuck"), VARIABLE_SECOND, 365 * day, &l->stuck_ns, fault) &&
           yaml_duration(yaml_get(n, "stale"), VARIABLE_SECOND, 365 * day, &l->stale_ns, fault) &&
           yaml_uint(yaml_get(n, "toggling"), 1, 1000000, &l->toggling, fault);
}

bool variable_limits_load(struct variables *v, const char *path, struct fault *fault)
{
    struct yaml *document = yaml_load_file(path, fault);
    bool good = document && yaml_is_list(yaml_root(document), fault);
    if (good && yaml_root(document)->count > LIMITS_AT_MOST)
        good = yaml_fault(yaml_root(document), fault, "more than %d limits", LIMITS_AT_MOST);
    if (good && !(v->limits = calloc(yaml_root(document)->count + 1, sizeof *v->limits)))
        good = fault_set(fault, "out of memory");
    for (const struct yaml_node *n = good ? yaml_root(document)->first : NULL; good && n; n = n->next)
        good = load_limit(n, &v->limits[v->limit_count++], fault);
    yaml_close(document);
    return good;
}

static void judge_learned(struct variables *v, struct point *p, const struct behaviour *b)
{
    if (b->low < p->learned_low) variable_tell(v, p, FINDING_LEARNED_LOW, b->last_ns, "limit", p->learned_low);
    if (b->high > p->learned_high) variable_tell(v, p, FINDING_LEARNED_HIGH, b->last_ns, "limit", p->learned_high);
}

/* Limits set by hand prevail over learned ones. */
void variable_judge(struct variables *v, struct point *p, const struct behaviour *b)
{
    const struct limit *l = p->limit ? &v->limits[p->limit - 1] : NULL;
    if (p->learned == LEARNED_LIMITS && !(l && (isfinite(l->low) || isfinite(l->high)))) judge_learned(v, p, b);
    if (!l) return;
    if (b->low < l->low) variable_tell(v, p, FINDING_LOW, b->last_ns, "limit", l->low);
    if (b->high > l->high) variable_tell(v, p, FINDING_HIGH, b->last_ns, "limit", l->high);
    if (b->step > l->rate) variable_tell(v, p, FINDING_RATE, b->last_ns, "limit", l->rate);
    if (l->toggling && p->changes > l->toggling)
        variable_tell(v, p, FINDING_TOGGLING, b->last_ns, "limit", (double)l->toggling);
}

/* Until variables.learn is over, and there was enough of it. */
void variable_learn(struct variables *v, struct point *p, const struct behaviour *b)
{
    uint64_t span = v->keeping->options->variable_learn;
    if (!span || p->learned != LEARNING) return;
    if (!p->summaries++) {
        p->first_ns = b->first_ns;
        quantile_start(&p->low_quantile, QUANTILE_LOW);
        quantile_start(&p->high_quantile, QUANTILE_HIGH);
    }
    quantile_add(&p->low_quantile, b->low);
    quantile_add(&p->high_quantile, b->high);
    p->all_changes += b->changes;
    if (b->last_ns < p->first_ns + span || p->summaries < SUMMARIES_LEAST) return;
    double low = quantile_value(&p->low_quantile), high = quantile_value(&p->high_quantile);
    bool varies = p->all_changes >= CHANGES_LEAST && high > low;
    p->learned = varies ? LEARNED_LIMITS : LEARNED_NOTHING;
    p->learned_low = low - MARGIN * (high - low);
    p->learned_high = high + MARGIN * (high - low);
}
