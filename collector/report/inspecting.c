/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen, kept for a while and shared between those who ask at the same time. */
#include "collector/report/inspecting.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/report/report.h"
#include "collector/store/internal.h"

enum { KEPT = 2 }; /* years: this one and the last */

struct kept {
    int year;
    struct facts *facts;
    int64_t read_us;
    unsigned holders; /* the place itself is one */
};
struct inspecting {
    char *directory;
    struct control *control;
    pthread_mutex_t lock; /* also while facts are read: one reading at a time is enough for a small machine */
    struct kept *kept[KEPT];
};

struct inspecting *inspecting_open(const char *directory, struct control *control)
{
    struct inspecting *in = calloc(1, sizeof *in);
    if (!in || !(in->directory = strdup(directory))) abort();
    in->control = control;
    pthread_mutex_init(&in->lock, NULL);
    return in;
}

static void let_go(struct kept *kept)
{
    if (!kept || --kept->holders) return;
    facts_free(kept->facts);
    free(kept);
}

void inspecting_close(struct inspecting *in)
{
    if (!in) return;
    for (unsigned i = 0; i < KEPT; i++) let_go(in->kept[i]);
    pthread_mutex_destroy(&in->lock);
    free(in->directory);
    free(in);
}

static struct kept *read_anew(struct inspecting *in, int year, struct fault *fault)
{
    struct period period;
    report_period(year, &period);
    struct facts *facts = facts_read(in->directory, &period, fault);
    if (!facts) return NULL;
    struct kept *kept = malloc(sizeof *kept);
    if (!kept) abort();
    *kept = (struct kept){year, facts, store_now_us(), 1};
    return kept;
}

/* With the lock held: the facts of the year, in a place of the table. */
static struct kept *facts_of(struct inspecting *in, int year, bool again, struct fault *fault)
{
    unsigned place = 0;
    while (place < KEPT && !(in->kept[place] && in->kept[place]->year == year)) place++;
    bool there = place < KEPT;
    if (there && !again && store_now_us() - in->kept[place]->read_us < FACTS_FRESH_SECONDS * INT64_C(1000000))
        return in->kept[place];
    struct kept *kept = read_anew(in, year, fault);
    if (!kept) return NULL;
    if (!there) /* the older of the two makes room */
        place = !in->kept[0] ? 0 : !in->kept[1] || in->kept[1]->read_us < in->kept[0]->read_us ? 1 : 0;
    let_go(in->kept[place]);
    return in->kept[place] = kept;
}

static bool take_facts(struct inspecting *in, struct standing *s, bool again, struct fault *fault)
{
    pthread_mutex_lock(&in->lock);
    struct kept *kept = facts_of(in, s->record.year, again, fault);
    if (kept) {
        kept->holders++;
        s->facts = kept->facts;
        s->facts_us = kept->read_us;
        s->kept = kept;
    }
    pthread_mutex_unlock(&in->lock);
    return kept;
}

static bool take_answers(struct inspecting *in, struct standing *s, struct fault *fault)
{
    sqlite3 *database = control_lock(in->control);
    s->answers = answers_read(database, s->record.year, s->hash, fault);
    bool good = s->answers && answers_marks(database, s->record.year, s->marks, &s->mark_count, fault);
    control_unlock(in->control);
    return good;
}

bool standing_read(struct inspecting *in, int year, bool again, struct standing *s, struct fault *fault)
{
    *s = (struct standing){0};
    if (!inspection_get(in->control, year, &s->record, fault)) return false;
    s->inspection = inspection_open(s->record.template_name, fault);
    if (!s->inspection || !take_answers(in, s, fault) || !take_facts(in, s, again, fault)) return false;
    if (!(s->findings = calloc(s->inspection->count, sizeof *s->findings))) abort();
    for (unsigned i = 0; i < s->inspection->count; i++)
        if (!inspection_judge(&s->inspection->items[i], s->facts, yaml_root(s->answers), &s->findings[i], fault))
            return false;
    return true;
}

void standing_free(struct inspecting *in, struct standing *s)
{
    pthread_mutex_lock(&in->lock);
    let_go(s->kept);
    pthread_mutex_unlock(&in->lock);
    free(s->findings);
    yaml_close(s->answers);
    inspection_close(s->inspection);
    *s = (struct standing){0};
}

void standing_verdicts(const struct standing *s, char out[ITEMS_MOST + 1])
{
    unsigned n = s->inspection->count < ITEMS_MOST ? s->inspection->count : ITEMS_MOST;
    for (unsigned i = 0; i < n; i++) out[i] = (char)('0' + s->findings[i].verdict);
    out[n] = 0;
}
