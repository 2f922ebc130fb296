/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the tree of yaml.h from libyaml's events. */
#include "common/yaml.h"

#include "common/region.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct yaml {
    struct region memory;
    const char *file, *text;
    size_t length;
    const char **lines; /* first byte of each line, for `source` */
    unsigned line_count, node_count;
    struct yaml_node *root;
};

/* Length of the line break at `p` as libyaml counts them (CR, LF, CR LF, NEL, LS, PS), 0 when there is none. */
static size_t line_break(const char *p, const char *end)
{
    if (*p == '\r') return p + 1 < end && p[1] == '\n' ? 2 : 1;
    if (*p == '\n') return 1;
    if (end - p >= 2 && memcmp(p, "\xc2\x85", 2) == 0) return 2;
    if (end - p >= 3 && (memcmp(p, "\xe2\x80\xa8", 3) == 0 || memcmp(p, "\xe2\x80\xa9", 3) == 0)) return 3;
    return 0;
}

static bool find_lines(struct yaml *y)
{
    const char *end = y->text + y->length;
    unsigned count = 1;
    size_t n;
    for (const char *p = y->text; p < end; p += n ? n : 1)
        if ((n = line_break(p, end))) count++;
    y->lines = region_take(&y->memory, (count + 1) * sizeof *y->lines);
    if (!y->lines) return false;
    y->lines[y->line_count++] = y->text;
    for (const char *p = y->text; p < end; p += n ? n : 1)
        if ((n = line_break(p, end))) y->lines[y->line_count++] = p + n;
    y->lines[y->line_count] = end;
    return true;
}

/* The byte a mark of libyaml points at; its columns count characters. */
static const char *at_mark(const struct yaml *y, yaml_mark_t mark)
{
    if (mark.line >= y->line_count) return y->text + y->length;
    const char *p = y->lines[mark.line], *end = y->lines[mark.line + 1];
    for (size_t column = 0; p < end && column < mark.column; column++) {
        p++;
        while (p < end && (*p & 0xc0) == 0x80) p++;
    }
    return p;
}

static bool is_null(const yaml_event_t *e)
{
    const char *text = (const char *)e->data.scalar.value;
    return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (!*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

static bool fill_scalar(struct yaml *y, struct yaml_node *n, const yaml_event_t *e, struct fault *fault)
{
    const char *text = (const char *)e->data.scalar.value;
    size_t length = e->data.scalar.length;
    yaml_scalar_style_t style = e->data.scalar.style;
    bool block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
    bool quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    if (memchr(text, 0, length)) return yaml_fault(n, fault, "text holds a NUL character");
    n->kind = is_null(e) ? YAML_NULL : YAML_SCALAR;
    n->quoted = block || quoted;
    n->text = n->source = region_text(&y->memory, text, length);
    n->source_line = n->line;
    n->source_column = n->column + quoted;
    if (n->text && !quoted && e->end_mark.line > e->start_mark.line) {
        yaml_mark_t start = e->start_mark;
        if (block) start.line++, start.column = 0;
        const char *from = at_mark(y, start), *to = at_mark(y, e->end_mark);
        n->source_line = (unsigned)start.line + 1;
        n->source_column = (unsigned)start.column + 1;
        n->source = to > from ? region_text(&y->memory, from, (size_t)(to - from)) : "";
    }
    return n->text && n->source ? true : fault_set(fault, "%s: out of memory", y->file);
}

static struct yaml_node *new_node(struct yaml *y, const yaml_event_t *e, struct fault *fault)
{
    struct yaml_node *n = region_take(&y->memory, sizeof *n);
    if (!n) {
        fault_set(fault, "%s: out of memory", y->file);
        return NULL;
    }
    n->file = y->file;
    n->line = (unsigned)e->start_mark.line + 1;
    n->column = (unsigned)e->start_mark.column + 1;
    n->text = n->source = "";
    if (++y->node_count > YAML_NODE_CAP) {
        yaml_fault(n, fault, "more than %d values in one file; split it", YAML_NODE_CAP);
        return NULL;
    }
    return n;
}

/* What is open while events come in. */
struct level {
    struct yaml_node *node, *last, *key;
};

static bool enter_key(struct level *top, struct yaml_node *n, struct fault *fault)
{
    if (n->kind != YAML_SCALAR) return yaml_fault(n, fault, "a key must be a plain word");
    const struct yaml_node *twin = yaml_get(top->node, n->text);
    if (twin) return yaml_fault(n, fault, "key \"%s\" stands here twice, first in line %u", n->text, twin->key->line);
    top->key = n;
    return true;
}

static bool enter(struct level *top, struct yaml_node *n, struct fault *fault)
{
    if (top->node->kind == YAML_MAPPING && !top->key) return enter_key(top, n, fault);
    n->key = top->key;
    top->key = NULL;
    if (top->last)
        top->last->next = n;
    else
        top->node->first = n;
    top->last = n;
    top->node->count++;
    return true;
}

static bool refuse_extras(struct yaml *y, const yaml_event_t *e, struct fault *fault)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (e->type == YAML_SCALAR_EVENT) anchor = e->data.scalar.anchor, tag = e->data.scalar.tag;
    if (e->type == YAML_SEQUENCE_START_EVENT) anchor = e->data.sequence_start.anchor, tag = e->data.sequence_start.tag;
    if (e->type == YAML_MAPPING_START_EVENT) anchor = e->data.mapping_start.anchor, tag = e->data.mapping_start.tag;
    const char *what = anchor || e->type == YAML_ALIAS_EVENT ? "anchors and aliases (& and *)"
                       : tag                                 ? "tags (!)"
                                                             : NULL;
    if (!what) return true;
    return fault_at(fault, y->file, (unsigned)e->start_mark.line + 1, (unsigned)e->start_mark.column + 1,
                    "%s are not used here; put text that begins so in quotes", what);
}

/* One event that makes or closes a node; `depth` is the number of open levels. */
static bool take_event(struct yaml *y, const yaml_event_t *e, struct level *levels, unsigned *depth,
                       struct fault *fault)
{
    if (e->type == YAML_SEQUENCE_END_EVENT || e->type == YAML_MAPPING_END_EVENT) {
        if (*depth) --*depth;
        return true;
    }
    struct yaml_node *n = refuse_extras(y, e, fault) ? new_node(y, e, fault) : NULL;
    if (!n) return false;
    bool open = e->type != YAML_SCALAR_EVENT;
    if (open) n->kind = e->type == YAML_MAPPING_START_EVENT ? YAML_MAPPING : YAML_LIST;
    if (!open && !fill_scalar(y, n, e, fault)) return false;
    if (*depth && !enter(&levels[*depth - 1], n, fault)) return false;
    if (!*depth) y->root = n;
    if (!open) return true;
    if (*depth == YAML_DEPTH_CAP) return yaml_fault(n, fault, "nested more than %d deep", YAML_DEPTH_CAP);
    levels[(*depth)++] = (struct level){n, NULL, NULL};
    return true;
}

static bool parser_fault(const struct yaml *y, const yaml_parser_t *p, struct fault *fault)
{
    yaml_mark_t at = p->problem_mark;
    if (p->error == YAML_READER_ERROR)
        return fault_set(fault, "%s: %s (byte %zu); the file must be UTF-8 text", y->file, p->problem,
                         p->problem_offset);
    return fault_at(fault, y->file, (unsigned)at.line + 1, (unsigned)at.column + 1, "not YAML: %s%s%s",
                    p->problem ? p->problem : "unreadable", p->context ? " " : "", p->context ? p->context : "");
}

static bool read_events(struct yaml *y, yaml_parser_t *p, struct fault *fault)
{
    struct level levels[YAML_DEPTH_CAP + 1] = {{NULL, NULL, NULL}};
    unsigned depth = 0, documents = 0;
    bool good = true, done = false;
    while (good && !done) {
        yaml_event_t e;
        if (!yaml_parser_parse(p, &e)) return parser_fault(y, p, fault);
        done = e.type == YAML_STREAM_END_EVENT;
        if (e.type == YAML_DOCUMENT_START_EVENT && documents++)
            good = fault_at(fault, y->file, (unsigned)e.start_mark.line + 1, 1,
                            "a second document begins here; one file "
                            "holds one");
        else if (e.type >= YAML_ALIAS_EVENT)
            good = take_event(y, &e, levels, &depth, fault);
        yaml_event_delete(&e);
    }
    return good;
}

struct yaml *yaml_load_text(const char *name, const char *text, size_t length, struct fault *fault)
{
    struct yaml *y = calloc(1, sizeof *y);
    yaml_parser_t parser;
    if (!y || !yaml_parser_initialize(&parser)) {
        free(y);
        fault_set(fault, "%s: out of memory", name);
        return NULL;
    }
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) text += 3, length -= 3;
    y->file = region_text(&y->memory, name, strlen(name));
    y->text = text;
    y->length = length;
    bool good = length <= YAML_FILE_CAP ? y->file && find_lines(y)
                                        : fault_set(fault, "%s: larger than %d bytes; split it", name, YAML_FILE_CAP);
    if (good) {
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
        good = read_events(y, &parser, fault);
    }
    yaml_parser_delete(&parser);
    if (good && !y->root) {
        static struct yaml_node nothing = {.kind = YAML_NULL, .line = 1, .column = 1, .text = "", .source = ""};
        y->root = region_take(&y->memory, sizeof nothing);
        if (y->root) *y->root = nothing, y->root->file = y->file;
    }
    y->text = NULL; /* the caller's */
    if (good && y->root) return y;
    fault_set(fault, "%s: out of memory", name);
    yaml_close(y);
    return NULL;
}

struct yaml *yaml_load_file(const char *path, struct fault *fault)
{
    FILE *f = fopen(path, "rbe");
    if (!f) {
        fault_set(fault, "%s: cannot be opened: %s", path, strerror(errno));
        return NULL;
    }
    char *text = NULL;
    size_t size = 0, n = 0;
    do {
        size_t room = size ? size * 2 : 64 << 10;
        char *more = realloc(text, room);
        if (!more) break;
        text = more;
        size = room;
        n += fread(text + n, 1, size - n, f);
    } while (n == size && n <= YAML_FILE_CAP);
    bool unread = ferror(f) || !text;
    int why = errno;
    fclose(f);
    struct yaml *y = NULL;
    if (unread)
        fault_set(fault, "%s: cannot be read: %s", path, strerror(why));
    else
        y = yaml_load_text(path, text, n, fault);
    free(text);
    return y;
}

void yaml_close(struct yaml *y)
{
    if (!y) return;
    region_free(&y->memory);
    free(y);
}

const struct yaml_node *yaml_root(const struct yaml *y) { return y->root; }
