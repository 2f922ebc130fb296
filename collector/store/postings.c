/* SPDX-License-Identifier: Apache-2.0 */
/* Postings: lists of row numbers, written as differences in LEB128 (DWARF 5, 7.6), and read merged. */
#include "collector/store/postings.h"

#include <stdlib.h>
#include <string.h>

#include "collector/store/database.h"
#include "collector/store/day.h"

enum {
    POSTING_ROWS = 128, /* of one list: with up to 6 bytes each it stays within its page */
    VARINT_MAX = 10,
    LIST_ROOM = POSTING_ROWS * VARINT_MAX,
    PLACES_FIRST = 4096,
    HEAP_FIRST = 512,
};
#define POSTING_SPAN ((int64_t)600000 << DAY_MS_SHIFT) /* ten minutes */

const char postings_schema[] =
    "CREATE TABLE posting(key INTEGER NOT NULL, last INTEGER NOT NULL, rows BLOB NOT NULL, PRIMARY KEY(key, last))"
    " WITHOUT ROWID;"
    "INSERT INTO posting SELECT source, n, x'' FROM event WHERE source IS NOT NULL UNION"
    " SELECT target, n, x'' FROM event WHERE target IS NOT NULL UNION SELECT -kind, n, x'' FROM event;"
    "DROP INDEX event_kind; DROP INDEX event_source; DROP INDEX event_target;";
const char postings_insert[] = "INSERT INTO posting VALUES(?,?,?)";

/* ---- writing ---- */

bool places_add(struct places *p, int64_t key, int64_t n)
{
    if (p->count == p->room) {
        size_t room = p->room ? 2 * p->room : PLACES_FIRST;
        struct place *grown = realloc(p->rows, room * sizeof *grown);
        if (!grown) return false;
        p->rows = grown;
        p->room = room;
    }
    p->rows[p->count++] = (struct place){key, n};
    return true;
}

/* By key, the greatest row first. */
static int by_key(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->n > y->n ? -1 : x->n < y->n;
}

static size_t put_varint(uint8_t *out, uint64_t v)
{
    size_t n = 0;
    for (; v >= 0x80; v >>= 7) out[n++] = (uint8_t)(v | 0x80);
    out[n++] = (uint8_t)v;
    return n;
}

/* As many of the places as one list takes, from the first on; how many. */
static size_t list_of(const struct place *rows, size_t count, uint8_t list[LIST_ROOM], size_t *length)
{
    size_t i = 1;
    *length = 0;
    for (; i < count && i < POSTING_ROWS && rows[i].key == rows->key && rows->n - rows[i].n < POSTING_SPAN; i++)
        *length += put_varint(list + *length, (uint64_t)(rows[i - 1].n - rows[i].n));
    return i;
}

bool places_write(struct places *p, sqlite3_stmt *insert)
{
    uint8_t list[LIST_ROOM];
    size_t length;
    int result = SQLITE_DONE;
    if (p->count) qsort(p->rows, p->count, sizeof *p->rows, by_key);
    for (size_t i = 0; i < p->count && result == SQLITE_DONE;) {
        const struct place *first = p->rows + i;
        i += list_of(first, p->count - i, list, &length);
        database_bind(insert, "iib", first->key, first->n, (const void *)list, length);
        result = sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    p->count = 0;
    return result == SQLITE_DONE;
}

/* ---- reading ---- */

struct cursor {        /* over the lists of one key; the next one is read ahead, so that its greatest row is known */
    int64_t key, last; /* of the list read ahead; -1: there is none left */
    size_t length;
    uint8_t list[LIST_ROOM];
};

struct postings {
    sqlite3 *database;
    sqlite3_stmt *select;
    int64_t least, most, given; /* given: the last one; each is given once */
    int64_t *heap;              /* rows of the lists that are open, the greatest at its root */
    size_t waiting, room;
    unsigned count;
    struct cursor cursors[];
};

bool postings_there(sqlite3 *day)
{
    return database_number(day, 0, "SELECT count(*) FROM sqlite_schema WHERE name='posting'", "") > 0;
}

unsigned postings_keys(sqlite3 *day, int64_t least, int64_t most, int64_t keys[POSTING_KEYS_MOST + 1])
{
    unsigned count = 0;
    sqlite3_stmt *select = database_prepare(day, "SELECT min(key) FROM posting WHERE key>=? AND key<=?", NULL);
    while (select && count <= POSTING_KEYS_MOST && least <= most) {
        database_bind(select, "ii", least, most);
        bool there = sqlite3_step(select) == SQLITE_ROW && sqlite3_column_type(select, 0) == SQLITE_INTEGER;
        if (there) keys[count++] = sqlite3_column_int64(select, 0);
        sqlite3_reset(select);
        if (!there) break;
        least = keys[count - 1] + 1;
    }
    sqlite3_finalize(select);
    return count;
}

/* Reads the list of the cursor's key whose greatest row is the next below `below`. */
static bool read_ahead(struct postings *p, struct cursor *c, int64_t below, struct fault *fault)
{
    database_bind(p->select, "iii", c->key, below, p->least);
    int result = sqlite3_step(p->select);
    c->last = -1;
    if (result == SQLITE_ROW) {
        size_t length = (size_t)sqlite3_column_bytes(p->select, 1);
        c->last = sqlite3_column_int64(p->select, 0);
        c->length = length < sizeof c->list ? length : sizeof c->list;
        if (c->length) memcpy(c->list, sqlite3_column_blob(p->select, 1), c->length);
    }
    sqlite3_reset(p->select);
    return result == SQLITE_ROW || result == SQLITE_DONE || database_fault(p->database, fault, "reading the index");
}

struct postings *postings_open(sqlite3 *day, const int64_t *keys, unsigned count, int64_t least, int64_t most,
                               struct fault *fault)
{
    static const char sql[] = "SELECT last, rows FROM posting WHERE key=? AND last<? AND last>=? ORDER BY last DESC"
                              " LIMIT 1";
    struct postings *p = calloc(1, sizeof *p + count * sizeof *p->cursors);
    if (!p) abort();
    *p = (struct postings){.database = day, .least = least, .most = most, .given = INT64_MAX, .count = count};
    bool good = (p->select = database_prepare(day, sql, fault));
    int64_t below = most > INT64_MAX - POSTING_SPAN ? INT64_MAX : most + POSTING_SPAN;
    for (unsigned i = 0; good && i < count; i++) {
        p->cursors[i].key = keys[i];
        good = read_ahead(p, &p->cursors[i], below, fault);
    }
    if (good) return p;
    postings_close(p);
    return NULL;
}

void postings_close(struct postings *p)
{
    if (!p) return;
    sqlite3_finalize(p->select);
    free(p->heap);
    free(p);
}

static void swap(int64_t *a, int64_t *b)
{
    int64_t c = *a;
    *a = *b;
    *b = c;
}

static void heap_push(struct postings *p, int64_t n)
{
    if (n < p->least || n >= p->most) return;
    if (p->waiting == p->room) {
        p->room = p->room ? 2 * p->room : HEAP_FIRST;
        if (!(p->heap = realloc(p->heap, p->room * sizeof *p->heap))) abort();
    }
    size_t at = p->waiting++;
    p->heap[at] = n;
    for (; at && p->heap[(at - 1) / 2] < p->heap[at]; at = (at - 1) / 2) swap(&p->heap[at], &p->heap[(at - 1) / 2]);
}

static int64_t heap_pop(struct postings *p)
{
    int64_t greatest = p->heap[0];
    p->heap[0] = p->heap[--p->waiting];
    for (size_t at = 0, child; (child = 2 * at + 1) < p->waiting; at = child) {
        if (child + 1 < p->waiting && p->heap[child + 1] > p->heap[child]) child++;
        if (p->heap[at] >= p->heap[child]) break;
        swap(&p->heap[at], &p->heap[child]);
    }
    return greatest;
}

/* The list that was read ahead goes into the heap. */
static void open_list(struct postings *p, const struct cursor *c)
{
    int64_t n = c->last;
    heap_push(p, n);
    for (size_t at = 0; at < c->length;) {
        uint64_t difference = 0;
        uint8_t octet = 0x80;
        for (unsigned shift = 0; at < c->length && octet & 0x80 && shift < 64; shift += 7) {
            octet = c->list[at++];
            difference |= (uint64_t)(octet & 0x7f) << shift;
        }
        n = (int64_t)((uint64_t)n - difference);
        heap_push(p, n);
    }
}

static struct cursor *furthest(struct postings *p)
{
    struct cursor *found = p->cursors;
    for (unsigned i = 1; i < p->count; i++)
        if (p->cursors[i].last > found->last) found = &p->cursors[i];
    return found;
}

bool postings_next(struct postings *p, int64_t *n, struct fault *fault)
{
    if (!p->count) return false;
    do {
        for (struct cursor *c = furthest(p); c->last >= 0 && (!p->waiting || c->last >= p->heap[0]); c = furthest(p)) {
            open_list(p, c);
            if (!read_ahead(p, c, c->last, fault)) return false;
        }
        if (!p->waiting) return false;
        *n = heap_pop(p);
    } while (*n == p->given);
    p->given = *n;
    return true;
}
