/* SPDX-License-Identifier: Apache-2.0 */
/* `-T fields -e NAME …`: one line a frame, tab between fields, comma between the values of one, as tshark prints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"

struct column {
    const struct filter_field *field;
    int number;    /* in the registry; -1: computed by the filter language */
    bool once;     /* a packet field: printed when the frame is done */
    unsigned same; /* the first column of this field */
    char *text;
    size_t length, room;
};

struct fields {
    struct column columns[OUTPUT_FIELDS];
    unsigned count;
    uint16_t *column_of; /* of a registry number, + 1; several columns of one field share the first */
    const struct filter *filter;
    bool matched;
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
    if (!s->column_of) return fault_set(fault, "out of memory");
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

static char *room_for(struct column *c, size_t n)
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

static void add_value(struct column *c, const struct value *v)
{
    size_t n = value_print(v, NULL, 0);
    char *at = room_for(c, n);
    if (!at) return;
    value_print(v, at, n + 1);
    c->length += strlen(at);
}

static void add_computed(struct column *c, const struct message *m)
{
    char text[512];
    size_t n = filter_field_print(c->field, m, text, sizeof text);
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

static void fields_message(void *self, const struct message *m)
{
    struct fields *s = self;
    if (m->status == STATUS_UNANSWERED) return; /* tells of an earlier frame */
    if (s->filter && filter_match(s->filter, m)) s->matched = true;
    for (uint32_t i = 0; i < m->value_count; i++) {
        unsigned column = s->column_of[m->values[i].field];
        if (column) add_value(&s->columns[column - 1], &m->values[i]);
    }
    for (unsigned i = 0; i < s->count; i++)
        if (computed(s->columns[i].number)) add_computed(&s->columns[i], m);
}

static void fields_frame(void *self, const struct packet *p)
{
    struct fields *s = self;
    struct message bare = {.packet = &p->meta, .pdu = p->payload};
    bool shown = !s->filter || s->matched || filter_match(s->filter, &bare);
    for (unsigned i = 0; i < s->count; i++) {
        struct column *c = &s->columns[i];
        if (c->once) add_computed(c, &bare);
        if (shown && i) fputc('\t', s->out);
        const struct column *same = &s->columns[c->same];
        if (shown && same->length) fwrite(same->text, 1, same->length, s->out);
    }
    for (unsigned i = 0; i < s->count; i++) s->columns[i].length = 0;
    if (shown) fputc('\n', s->out);
    s->matched = false;
}

static void fields_close(void *self)
{
    struct fields *s = self;
    fflush(s->out);
    for (unsigned i = 0; i < s->count; i++) free(s->columns[i].text);
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
