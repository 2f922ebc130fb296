/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a rule's `payload:` steps over the bytes: a search that goes back to the next place of an earlier literal when a
 * later step fails, under a limit of work. Follows no standard. */
#include "signatures/payload.h"

#include <ctype.h>
#include <hs.h>

/* Steps tried for one rule and packet: beyond, the rule does not hold and that is counted. */
enum { WORK = 4096, DIGITS = 20 };

struct search {
    const struct payload *payload;
    const struct message *message;
    hs_scratch_t *scratch;
    unsigned work;
    int64_t saved[PAYLOAD_NAMES];
};

static bool from_step(struct search *s, unsigned i, size_t cursor);

static int64_t value_of(const struct search *s, const struct operand *o)
{
    return o->saved < 0 ? o->value : s->saved[o->saved];
}

/* ---- buffers ----------------------------------------------------- */

static void take_first(void *context, const void *bytes, size_t length)
{
    struct bytes *out = context;
    if (!out->at) *out = bytes_over(bytes, length);
}

static struct bytes buffer_of(const struct search *s, const struct payload_step *step)
{
    struct bytes b = {0};
    if (!step->in) return s->message->pdu;
    filter_field_each(step->in, s->message, take_first, &b);
    return b;
}

/* The part of the buffer in which the step may lie; `*start` is its place in the buffer. */
static bool window_of(const struct search *s, const struct payload_step *step, struct bytes buffer, size_t cursor,
                      size_t *start, struct bytes *window)
{
    int64_t from = (step->relative ? (int64_t)cursor : 0) + value_of(s, &step->offset);
    int64_t depth = value_of(s, &step->depth), size = (int64_t)bytes_left(&buffer);
    if (from < 0) { /* a distance may reach behind the start: what is left of the depth counts */
        if (depth) depth += from;
        from = 0;
        if (step->depth.value && depth <= 0) return false;
    }
    if (from > size) return false;
    *start = (size_t)from;
    bytes_skip(&buffer, (size_t)from);
    *window = depth > 0 ? bytes_take_upto(&buffer, (size_t)depth) : buffer;
    return true;
}

/* ---- the kinds of steps ------------------------------------------ */

static bool equal_here(const struct payload_step *step, const struct bytes *b)
{
    if (!step->nocase) return bytes_starts_with(b, (const char *)step->literal, step->length);
    if (bytes_left(b) < step->length) return false;
    for (unsigned i = 0; i < step->length; i++)
        if (tolower(bytes_peek(b, i)) != step->literal[i]) return false;
    return true;
}

/* Moves to the next byte with which the literal can begin. */
static void to_candidate(const struct payload_step *step, struct bytes *b)
{
    if (step->nocase) return;
    ptrdiff_t at = bytes_find(b, step->literal[0]);
    bytes_skip(b, at < 0 ? bytes_left(b) : (size_t)at);
}

static bool try_literal(struct search *s, unsigned i, size_t cursor)
{
    const struct payload_step *step = &s->payload->steps[i];
    struct bytes buffer = buffer_of(s, step), window, whole;
    size_t start;
    if (!window_of(s, step, buffer, cursor, &start, &window)) return step->absent && from_step(s, i + 1, cursor);
    size_t size = bytes_left(&buffer), reach = bytes_left(&window);
    for (whole = window, to_candidate(step, &whole); bytes_left(&whole) >= step->length;) {
        size_t end = start + reach - bytes_left(&whole) + step->length;
        if (equal_here(step, &whole) && (!step->end || end == size)) {
            if (step->absent) return false;
            if (from_step(s, i + 1, end)) return true;
        }
        if (!s->work) return false;
        s->work--;
        bytes_skip(&whole, 1);
        to_candidate(step, &whole);
    }
    return step->absent && from_step(s, i + 1, cursor);
}

static int first_end(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id, (void)from, (void)flags;
    *(size_t *)context = (size_t)to;
    return 1;
}

/* The search does not go back into an expression: what follows it begins at its first end. */
static bool try_regex(struct search *s, unsigned i, size_t cursor)
{
    const struct payload_step *step = &s->payload->steps[i];
    struct bytes buffer = buffer_of(s, step), window;
    size_t start = 0, end = SIZE_MAX;
    if (!window_of(s, step, buffer, cursor, &start, &window)) return step->absent && from_step(s, i + 1, cursor);
    size_t left = bytes_left(&window);
    hs_scan(step->database, left ? (const char *)bytes_step(&window, left) : "", (unsigned)left, 0, s->scratch,
            first_end, &end);
    if (step->absent) return end == SIZE_MAX && from_step(s, i + 1, cursor);
    return end != SIZE_MAX && from_step(s, i + 1, start + end);
}

static bool read_digits(const struct payload_step *step, struct bytes *b, int64_t *out)
{
    struct bytes digits = bytes_take_upto(b, step->width);
    uint64_t v = 0;
    unsigned n = 0;
    for (; !bytes_empty(&digits); n++) {
        uint8_t c = bytes_peek(&digits, 0);
        unsigned digit = isdigit(c) ? (unsigned)(c - '0') : isalpha(c) ? (unsigned)(tolower(c) - 'a' + 10) : 99;
        if (digit >= step->base) break;
        v = v * step->base + digit;
        bytes_skip(&digits, 1);
    }
    *out = (int64_t)v;
    return n > 0;
}

static bool read_number(const struct payload_step *step, struct bytes *b, int64_t *out)
{
    if (step->base) return read_digits(step, b, out);
    uint64_t v = step->little ? bytes_le(b, step->width) : bytes_be(b, step->width);
    if (step->mask) v = (v & step->mask) >> __builtin_ctzll(step->mask);
    *out = (int64_t)v;
    return bytes_ok(b);
}

static bool calculate(const struct payload_step *step, int64_t by, int64_t *v)
{
    uint64_t a = (uint64_t)*v, b = (uint64_t)by, r = a;
    switch ((enum payload_operator)step->calculate) {
    case OPERATOR_PLUS:
        r = a + b;
        break;
    case OPERATOR_MINUS:
        r = a - b;
        break;
    case OPERATOR_TIMES:
        r = a * b;
        break;
    case OPERATOR_DIVIDE:
        if (!b) return false;
        r = a / b;
        break;
    case OPERATOR_LEFT:
        r = b < 64 ? a << b : 0;
        break;
    case OPERATOR_RIGHT:
        r = b < 64 ? a >> b : 0;
        break;
    default:
        break;
    }
    *v = (int64_t)r;
    return true;
}

bool payload_compare(const struct payload_step *step, int64_t v, int64_t than)
{
    switch ((enum payload_operator)step->compare) {
    case OPERATOR_EQUAL:
        return v == than;
    case OPERATOR_UNEQUAL:
        return v != than;
    case OPERATOR_LESS:
        return v < than;
    case OPERATOR_LESS_EQUAL:
        return v <= than;
    case OPERATOR_GREATER:
        return v > than;
    case OPERATOR_GREATER_EQUAL:
        return v >= than;
    case OPERATOR_BITS:
        return (v & than) != 0;
    default:
        return true;
    }
}

/* Where the next step may begin behind a number. A jump that leaves the buffer is none. */
static bool jump_to(const struct payload_step *step, int64_t v, size_t behind, size_t size, size_t *out)
{
    static const uint8_t from_here = JUMP_HERE, from_end = JUMP_END;
    if (v < 0 || v > INT32_MAX) return false;
    if (step->align) v = (v + step->align - 1) / step->align * step->align;
    int64_t base = step->jump == from_here ? (int64_t)behind : step->jump == from_end ? (int64_t)size : 0;
    int64_t at = base + v + step->beyond;
    *out = (size_t)at;
    return at >= 0 && at <= (int64_t)size;
}

static bool try_number(struct search *s, unsigned i, size_t cursor)
{
    const struct payload_step *step = &s->payload->steps[i];
    struct bytes buffer = buffer_of(s, step), window;
    size_t start, size = bytes_left(&buffer);
    int64_t v;
    if (!window_of(s, step, buffer, cursor, &start, &window)) return false;
    size_t room = bytes_left(&window);
    if (!read_number(step, &window, &v)) return false;
    size_t behind = start + (step->base ? (room < step->width ? room : step->width) : step->width), next = cursor;
    if (step->calculate && !calculate(step, value_of(s, &step->by), &v)) return false;
    if (step->compare && payload_compare(step, v, value_of(s, &step->than)) == step->absent) return false;
    if (step->save >= 0) s->saved[step->save] = v;
    if (step->jump && !jump_to(step, v, behind, size, &next)) return false;
    if (!step->jump && step->save >= 0) next = behind;
    return from_step(s, i + 1, next);
}

/* Are there as many more bytes? */
static bool try_data(struct search *s, unsigned i, size_t cursor)
{
    const struct payload_step *step = &s->payload->steps[i];
    struct bytes buffer = buffer_of(s, step);
    int64_t needed = (step->relative ? (int64_t)cursor : 0) + value_of(s, &step->offset);
    bool there = needed <= (int64_t)bytes_left(&buffer);
    return there != step->absent && from_step(s, i + 1, cursor);
}

static bool from_step(struct search *s, unsigned i, size_t cursor)
{
    static bool (*const kinds[])(struct search *, unsigned, size_t) = {
        [STEP_LITERAL] = try_literal, [STEP_REGEX] = try_regex, [STEP_NUMBER] = try_number, [STEP_DATA] = try_data};
    if (i == s->payload->count) return true;
    if (!s->work) return false;
    s->work--;
    return kinds[s->payload->steps[i].kind](s, i, cursor);
}

/* ---- the whole --------------------------------------------------- */

enum { TCP = 6, SYN = 2, TO_THE_SERVER = 1 };

bool payload_can_fit(const struct payload *p, const struct packet_meta *packet)
{
    if (p->direction && packet->from_client != (p->direction == TO_THE_SERVER)) return false;
    return !(p->established && packet->ip_proto == TCP && packet->tcp_flags & SYN);
}

static bool fits(const struct payload *p, const struct message *m)
{
    size_t size = bytes_left(&m->pdu);
    return payload_can_fit(p, m->packet) && size >= p->least && (!p->most || size <= p->most);
}

bool payload_match(const struct payload *p, const struct message *m, hs_scratch_t *scratch, uint64_t *cut)
{
    struct search s = {.payload = p, .message = m, .scratch = scratch, .work = WORK};
    if (!fits(p, m)) return false;
    bool found = from_step(&s, 0, 0);
    *cut += !s.work;
    return found;
}
