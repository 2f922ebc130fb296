/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions compiled by Hyperscan, and the pool of its scratch memory (regex.h). */
#include "signatures/regex.h"

#include <hs.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* As many threads as can match at the same moment without waiting for one another. */
enum { SCRATCHES = 32 };

struct regex {
    hs_database_t *database;
};

static _Atomic(hs_scratch_t *) pool[SCRATCHES];
static unsigned expressions; /* alive; the pool goes with the last one */
static pthread_mutex_t compiling = PTHREAD_MUTEX_INITIALIZER;

/* Where a thread looks first, so that threads seldom meet. */
static unsigned own_place(void)
{
    static _Atomic unsigned threads;
    static _Thread_local unsigned place; /* + 1 */
    if (!place) place = atomic_fetch_add(&threads, 1) % SCRATCHES + 1;
    return place - 1;
}

/* The scratch from slot `i` once nobody uses it. It comes back within one match, so this is short. */
static hs_scratch_t *borrow(unsigned i)
{
    hs_scratch_t *scratch;
    while (!(scratch = atomic_exchange(&pool[i], NULL))) sched_yield();
    return scratch;
}

/* Makes every scratch large enough for `database`; threads go on matching with the others meanwhile. */
static bool grow_pool(const hs_database_t *database)
{
    for (unsigned i = 0; i < SCRATCHES; i++) {
        hs_scratch_t *scratch = expressions ? borrow(i) : NULL;
        hs_error_t error = hs_alloc_scratch(database, &scratch);
        if (scratch) atomic_store(&pool[i], scratch);
        if (error != HS_SUCCESS) return false;
    }
    return true;
}

static void free_pool(void)
{
    for (unsigned i = 0; i < SCRATCHES; i++) hs_free_scratch(atomic_exchange(&pool[i], NULL));
}

struct regex *regex_compile(const char *expression, char *why, size_t why_size)
{
    hs_compile_error_t *error = NULL;
    struct regex *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    unsigned flags = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;
    if (hs_compile(expression, flags, HS_MODE_BLOCK, NULL, &r->database, &error) != HS_SUCCESS) {
        snprintf(why, why_size, "%s", error ? error->message : "Hyperscan cannot run on this processor");
        hs_free_compile_error(error);
        free(r);
        return NULL;
    }
    pthread_mutex_lock(&compiling);
    bool grown = grow_pool(r->database);
    if (grown) expressions++;
    if (!grown && !expressions) free_pool();
    pthread_mutex_unlock(&compiling);
    if (grown) return r;
    snprintf(why, why_size, "out of memory");
    hs_free_database(r->database);
    free(r);
    return NULL;
}

void regex_free(struct regex *r)
{
    if (!r) return;
    hs_free_database(r->database);
    free(r);
    pthread_mutex_lock(&compiling);
    if (--expressions == 0) free_pool();
    pthread_mutex_unlock(&compiling);
}

static int stop_at_first(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    *(bool *)context = true;
    return 1;
}

bool regex_match(const struct regex *r, const void *bytes, size_t length)
{
    bool matched = false;
    unsigned first = own_place();
    hs_scratch_t *scratch = NULL;
    unsigned i = first;
    while (!(scratch = atomic_exchange(&pool[i], NULL))) i = (i + 1) % SCRATCHES;
    hs_scan(r->database, bytes ? bytes : "", (unsigned)length, 0, scratch, stop_at_first, &matched);
    atomic_store(&pool[i], scratch);
    return matched;
}
