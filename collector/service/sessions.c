/* SPDX-License-Identifier: Apache-2.0 */
/* The table of sessions, keyed by the hash of their token. */
#include "collector/service/sessions.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HASH_BYTES = 32, TOKEN_BYTES = SESSION_TOKEN / 2 };

struct sessions {
    pthread_mutex_t lock;
    int64_t idle, longest;
    struct slot {
        bool taken;
        unsigned char hash[HASH_BYTES];
        struct session session;
    } slots[SESSIONS_MOST];
};

static int64_t now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec;
}

struct sessions *sessions_make(int64_t idle_seconds, int64_t longest_seconds)
{
    struct sessions *s = calloc(1, sizeof *s);
    if (!s) abort();
    pthread_mutex_init(&s->lock, NULL);
    s->idle = idle_seconds;
    s->longest = longest_seconds;
    return s;
}

void sessions_free(struct sessions *s)
{
    if (!s) return;
    pthread_mutex_destroy(&s->lock);
    sodium_memzero(s, sizeof *s);
    free(s);
}

static void hash_of(const char *token, unsigned char out[HASH_BYTES])
{
    crypto_generichash(out, HASH_BYTES, (const unsigned char *)token, strlen(token), NULL, 0);
}

static void random_hex(char out[SESSION_TOKEN + 1])
{
    unsigned char bytes[TOKEN_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(out, SESSION_TOKEN + 1, bytes, sizeof bytes);
}

static void empty(struct slot *slot) { sodium_memzero(slot, sizeof *slot); }

static bool old(const struct sessions *s, const struct session *session, int64_t now)
{
    return now - session->used > s->idle || now - session->created > s->longest;
}

/* A free slot; made free when there is none, or when the account has its share. */
static struct slot *room_for(struct sessions *s, int64_t account, int64_t now)
{
    struct slot *free_slot = NULL, *oldest_own = NULL, *least_used = NULL;
    unsigned own = 0;
    for (size_t i = 0; i < SESSIONS_MOST; i++) {
        struct slot *slot = &s->slots[i];
        if (slot->taken && old(s, &slot->session, now)) empty(slot);
        if (!slot->taken) {
            if (!free_slot) free_slot = slot;
            continue;
        }
        if (!least_used || slot->session.used < least_used->session.used) least_used = slot;
        if (slot->session.account.number != account) continue;
        own++;
        if (!oldest_own || slot->session.created < oldest_own->session.created) oldest_own = slot;
    }
    struct slot *slot = own >= SESSIONS_OF_ACCOUNT ? oldest_own : free_slot ? free_slot : least_used;
    empty(slot);
    return slot;
}

void sessions_begin(struct sessions *s, const struct account *account, const struct person_key *key,
                    char token[SESSION_TOKEN + 1], struct session *session)
{
    int64_t now = now_seconds();
    random_hex(token);
    pthread_mutex_lock(&s->lock);
    struct slot *slot = room_for(s, account->number, now);
    slot->taken = true;
    hash_of(token, slot->hash);
    slot->session = (struct session){.account = *account, .created = now, .used = now, .key = *key};
    random_hex(slot->session.csrf);
    *session = slot->session;
    pthread_mutex_unlock(&s->lock);
}

static struct slot *find(struct sessions *s, const char *token)
{
    unsigned char hash[HASH_BYTES];
    if (strlen(token) != SESSION_TOKEN) return NULL;
    hash_of(token, hash);
    for (size_t i = 0; i < SESSIONS_MOST; i++)
        if (s->slots[i].taken && sodium_memcmp(s->slots[i].hash, hash, HASH_BYTES) == 0) return &s->slots[i];
    return NULL;
}

bool sessions_find(struct sessions *s, const char *token, bool touch, struct session *session)
{
    int64_t now = now_seconds();
    pthread_mutex_lock(&s->lock);
    struct slot *slot = find(s, token);
    if (slot && old(s, &slot->session, now)) {
        empty(slot);
        slot = NULL;
    }
    if (slot && touch) slot->session.used = now;
    if (slot) *session = slot->session;
    pthread_mutex_unlock(&s->lock);
    return slot;
}

void sessions_end(struct sessions *s, const char *token)
{
    pthread_mutex_lock(&s->lock);
    struct slot *slot = find(s, token);
    if (slot) empty(slot);
    pthread_mutex_unlock(&s->lock);
}

void sessions_end_account(struct sessions *s, int64_t account)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < SESSIONS_MOST; i++)
        if (s->slots[i].taken && s->slots[i].session.account.number == account) empty(&s->slots[i]);
    pthread_mutex_unlock(&s->lock);
}
