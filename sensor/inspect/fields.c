/* SPDX-License-Identifier: Apache-2.0 */
/* `-T fields -e NAME …`: one line a frame, tab between fields, comma between the values of one, as tshark prints.
 *
 * Lines wait in a window: bytes held behind a hole are told as those of the frame they came in, some frames later. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"

enum { WINDOW = 1024 };

struct column {
    const struct filter_field *field;
    int number;    /* in the registry; -1: computed by the filter language */
    bool once;     /* a packet field: written when the frame is done */
    unsigned same; /* the first column of this field */
};

struct cell {
    char *text;
    size_t length, room;
};

struct row {
    uint64_t frame; /* 0: free */
    bool shown;
    struct cell *cells;
};

struct fields {
    struct column columns[OUTPUT_FIELDS];
    unsigned count;
    uint16_t *column_of; /* of a registry number, + 1; several columns of one field share the first */
    const struct filter *filter;
    struct row rows[WINDOW]; /* of frame n: rows[n % WINDOW] */
    struct cell *cells;
    uint64_t printed; /* all frames up to this one */
    uint64_t current;
    FILE *out;
};

static bool fields_open(void *self, struct worker *w, struct fault *fault)
{
    struct fields *s = self;
    const struct sensor_options *o = w->options;
    if (!o->fields) return false;
    s->out = stdout;
    s->filter = o->filter;
    s->count = o->field_count;
    s->column_of = calloc(registry()->field_count + 1u, sizeof *s->column_of);
    s->cells = calloc((size_t)WINDOW * s->count, sizeof *s->cells);
    if (!s->column_of || !s->cells) return fault_set(fault, "out of memory");
    for (unsigned i = 0; i < WINDOW; i++) s->rows[i].cells = s->cells + (size_t)i * s->count;
    for (unsigned i = 0; i < s->count; i++) {
        struct column *c = &s->columns[i];
        c->field = filter_field_find(o->field_names[i]);
        c->number = filter_field_registry(c->field);
        c->once = c->number < 0;
        if (!c->once && !s->column_of[c->number]) s->column_of[c->number] = (uint16_t)(i + 1);
        c->same = c->once ? i : s->column_of[c->number] - 1u;
    }
    return true;
}

static void fields_wants(void *self, enum ot_class class, uint8_t *want)
{
    const struct fields *s = self;
    (void)class;
    for (unsigned i = 0; i < s->count; i++)
        if (s->columns[i].number >= 0) want[s->columns[i].number] = 1;
    if (s->filter) filter_fields(s->filter, want);
}

static char *room_for(struct cell *c, size_t n)
{
    if (c->length + n + 2 > c->room) {
        size_t room = (c->length + n + 2) * 2;
        char *text = realloc(c->text, room);
        if (!text) return NULL;
        c->text = text;
        c->room = room;
    }
    if (c->length) c->text[c->length++] = ',';
    return c->text + c->length;
}

static void add_value(struct cell *c, const struct value *v)
{
    size_t n = value_print(v, NULL, 0);
    char *at = room_for(c, n);
    if (!at) return;
    value_print(v, at, n + 1);
    c->length += strlen(at);
}

static void add_computed(struct cell *c, const struct filter_field *field, const struct message *m)
{
    char text[512];
    size_t n = filter_field_print(field, m, text, sizeof text);
    if (n >= sizeof text) n = sizeof text - 1;
    char *at = n ? room_for(c, n) : NULL;
    if (!at) return;
    memcpy(at, text, n);
    c->length += n;
}

/* ot.protocol and its like are no values of the message: the filter language knows them. */
static bool computed(int number)
{
    return number >= 0 && number < OT_FIELD_IDENTITY && number != OT_FIELD_OBJECT && number != OT_FIELD_VALUE;
}

static void print_row(struct fields *s, struct row *r)
{
    for (unsigned i = 0; i < s->count; i++) {
        const struct cell *c = &r->cells[s->columns[i].same];
        if (r->shown && i) fputc('\t', s->out);
        if (r->shown && c->length) fwrite(c->text, 1, c->length, s->out);
    }
    if (r->shown) fputc('\n', s->out);
    for (unsigned i = 0; i < s->count; i++) r->cells[i].length = 0;
    r->frame = 0;
    r->shown = false;
}

static void print_up_to(struct fields *s, uint64_t frame)
{
    if (frame - s->printed > WINDOW) s->printed = frame - WINDOW; /* frames of other workers have no rows here */
    while (s->printed < frame) {
        struct row *r = &s->rows[++s->printed % WINDOW];
        if (r->frame == s->printed) print_row(s, r);
    }
}

/* The row of a frame; of the frame in hand, when that one is printed already. */
static struct row *row_of(struct fields *s, uint64_t frame)
{
    if (frame > s->current) {
        if (frame > WINDOW) print_up_to(s, frame - WINDOW);
        s->current = frame;
    }
    if (frame <= s->printed) frame = s->current;
    struct row *r = &s->rows[frame % WINDOW];
    r->frame = frame;
    return r;
}

static void fields_message(void *self, const struct message *m)
{
    struct fields *s = self;
    if (m->status == STATUS_UNANSWERED) return; /* tells of an earlier frame */
    struct row *r = row_of(s, m->packet->frame);
    if (s->filter && filter_match(s->filter, m)) r->shown = true;
    for (uint32_t i = 0; i < m->value_count; i++) {
        unsigned column = s->column_of[m->values[i].field];
        if (column) add_value(&r->cells[column - 1], &m->values[i]);
    }
    for (unsigned i = 0; i < s->count; i++)
        if (computed(s->columns[i].number) && s->columns[i].same == i)
            add_computed(&r->cells[i], s->columns[i].field, m);
}

static void fields_frame(void *self, const struct packet *p)
{
    struct fields *s = self;
    struct message bare = {.packet = &p->meta, .pdu = p->payload};
    struct row *r = row_of(s, p->meta.frame);
    if (!s->filter || filter_match(s->filter, &bare)) r->shown = true;
    for (unsigned i = 0; i < s->count; i++)
        if (s->columns[i].once) add_computed(&r->cells[i], s->columns[i].field, &bare);
}

static void fields_close(void *self)
{
    struct fields *s = self;
    print_up_to(s, s->current);
    fflush(s->out);
    for (size_t i = 0; i < (size_t)WINDOW * s->count; i++) free(s->cells[i].text);
    free(s->cells);
    free(s->column_of);
}

const struct inspector inspector_fields = {
    .name = "fields",
    .size = sizeof(struct fields),
    .open = fields_open,
    .wants = fields_wants,
    .on_message = fields_message,
    .on_frame = fields_frame,
    .close = fields_close,
};
