/* SPDX-License-Identifier: Apache-2.0 */
/* What a matcher remembers between messages: counts, sequences, excuses and quiet times, in fixed memory.
 *
 * Two set-associative tables under 64-bit keys. A full set forgets the entry that expires first; forgetting one that
 * had not expired is counted. Nothing is ever allocated behind states_open. */
#ifndef WANGLOU_SIGNATURES_STATES_H
#define WANGLOU_SIGNATURES_STATES_H

#include <stdbool.h>
#include <stdint.h>

enum { STATE_WINDOWS = 8 };

/* What a state is for; part of its key. */
enum state_purpose {
    PURPOSE_COUNT = 1,
    PURPOSE_SEQUENCE,
    PURPOSE_WITHOUT,
    PURPOSE_QUIET,
    PURPOSE_DISTINCT,
    PURPOSE_MARK
};

struct state {
    uint64_t key;                   /* 0: free */
    uint64_t expires_ns;            /* from then on it is as if it were not there */
    uint64_t window_end_ns;         /* of the newest window; 0: nothing was counted yet */
    uint32_t counts[STATE_WINDOWS]; /* by window number modulo STATE_WINDOWS */
    uint32_t total;                 /* of `counts` */
    uint8_t newest;                 /* window's place in `counts` */
    uint8_t step;                   /* of a sequence: steps done */
    /* what counting one more does not touch: another cache line */
    uint64_t window;   /* number of the newest window in `counts` */
    uint64_t first_ns; /* time of the first match it stands for */
    uint64_t matches;  /* of them not told yet */
    uint64_t unused[5];
};
_Static_assert(sizeof(struct state) == 128, "two cache lines");

/* A value of `distinct` that was seen, and in which window last. */
struct seen {
    uint64_t key, window;
};

struct states {
    struct state *table;
    struct seen *seen;
    uint64_t used, evicted; /* entries taken, and forgotten before their time */
    uint32_t epoch;         /* changes when a place may have gone to another, or a count began anew */
};

bool states_open(struct states *states);
void states_close(struct states *states);
void states_clear(struct states *states);

/* Where a state was found last; a caller that keeps it is answered without a search. Zeroed: nowhere yet. */
struct state_place {
    struct state *state;
    struct seen *seen; /* of the value counted last */
};

/* The state under this key, or NULL when there is none or it has expired. */
struct state *states_find(struct states *states, uint64_t key, uint64_t now_ns);
/* The same, but made (zeroed but for the key) when there is none or it has expired; `*fresh` tells. */
struct state *states_take(struct states *states, uint64_t key, uint64_t now_ns, bool *fresh, struct state_place *place);

/* Makes the state begin anew with the next match. */
static inline void state_end(struct states *states, struct state *state)
{
    state->expires_ns = 0;
    states->epoch++;
}

/* Counts one more in the newest window and returns how many there are in all. */
static inline uint64_t state_count_more(struct state *state)
{
    state->counts[state->newest]++;
    return ++state->total;
}

/* Counts one match in windows of an eighth of `within_ns` and returns how many there were in the last `within_ns`. */
uint64_t state_count(struct state *state, uint64_t now_ns, uint64_t within_ns);
/* The same for different values: one seen before within the time moves to the present window. */
uint64_t states_count_distinct(struct states *states, struct state *state, uint64_t value_key, uint64_t now_ns,
                               uint64_t within_ns, struct state_place *place);

#endif
