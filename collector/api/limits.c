/* SPDX-License-Identifier: Apache-2.0 */
/* Token buckets by client address: requests, and sign-ins that failed. A full table forgets the address that has been
 * quiet for longest, which is the one whose buckets are fullest. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/api/api.h"

enum { ADDRESSES_MOST = 1024 };
enum bucket { REQUESTS, FAILURES, BUCKETS };

struct limits {
    pthread_mutex_t lock;
    struct {
        double per_second, burst;
    } rules[BUCKETS];
    struct client {
        char address[64];
        double tokens[BUCKETS], at; /* seconds */
    } clients[ADDRESSES_MOST];
};

struct limits *limits_make(double per_second, double burst, double failures_per_second, double failures_burst)
{
    struct limits *l = calloc(1, sizeof *l);
    if (!l) abort();
    pthread_mutex_init(&l->lock, NULL);
    l->rules[REQUESTS].per_second = per_second;
    l->rules[REQUESTS].burst = burst;
    l->rules[FAILURES].per_second = failures_per_second;
    l->rules[FAILURES].burst = failures_burst;
    return l;
}

void limits_free(struct limits *l)
{
    if (l) pthread_mutex_destroy(&l->lock);
    free(l);
}

/* The client's buckets, filled up to now. */
static struct client *client_of(struct limits *l, const char *address)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    double now = (double)time.tv_sec + (double)time.tv_nsec / 1e9;
    struct client *quietest = &l->clients[0];
    for (size_t i = 0; i < ADDRESSES_MOST; i++) {
        struct client *c = &l->clients[i];
        if (strcmp(c->address, address) == 0) {
            for (int b = 0; b < BUCKETS; b++) {
                c->tokens[b] += (now - c->at) * l->rules[b].per_second;
                if (c->tokens[b] > l->rules[b].burst) c->tokens[b] = l->rules[b].burst;
            }
            c->at = now;
            return c;
        }
        if (c->at < quietest->at) quietest = c;
    }
    snprintf(quietest->address, sizeof quietest->address, "%s", address);
    quietest->at = now;
    for (int b = 0; b < BUCKETS; b++) quietest->tokens[b] = l->rules[b].burst;
    return quietest;
}

static bool take(struct limits *l, const char *address, enum bucket bucket, double cost)
{
    pthread_mutex_lock(&l->lock);
    struct client *c = client_of(l, address);
    bool there = c->tokens[bucket] >= 1;
    if (there) c->tokens[bucket] -= cost;
    pthread_mutex_unlock(&l->lock);
    return there;
}

bool limits_request(struct limits *l, const char *address) { return take(l, address, REQUESTS, 1); }
bool limits_sign_in(struct limits *l, const char *address) { return take(l, address, FAILURES, 0); }
void limits_failure(struct limits *l, const char *address) { take(l, address, FAILURES, 1); }
