/* SPDX-License-Identifier: Apache-2.0 */
/* What looks at bytes in a Suricata or Snort rule, as steps of `payload` (Suricata 7 User Guide, "Payload Keywords").
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

#include "signatures/import.h"

static struct import_step *new_step(struct import_work *w, bool literal)
{
    if (w->step_count == IMPORT_STEPS) return import_no(w, "more than %d steps", IMPORT_STEPS), NULL;
    struct import_step *s = &w->steps[w->step_count++];
    *s = (struct import_step){.field = w->field, .base = w->base, .literal = literal};
    return s;
}

/* Names of saved numbers as our language wants them. */
static const char *operand(struct import_work *w, const char *text)
{
    char *copy = region_text(w->memory, text, strlen(text));
    for (char *p = copy; p && *p; p++) *p = (char)tolower((unsigned char)*p);
    return copy ? copy : "0";
}

static size_t unquote(char *text, bool *negated)
{
    *negated = *text == '!';
    char *open = strchr(text, '"'), *close = strrchr(text, '"');
    if (!open || close == open) return 0;
    size_t n = (size_t)(close - open - 1);
    memmove(text, open + 1, n);
    text[n] = 0;
    return n;
}

/* `abc|0d 0a|\"` as hex digits; false: not well formed. */
static bool put_hex(const char *text, char *out, size_t room)
{
    bool hex = false;
    size_t n = 0;
    for (const char *p = text; *p; p++) {
        unsigned byte = (unsigned char)*p;
        if (*p == '|') {
            hex = !hex;
            continue;
        }
        if (hex) {
            if (isspace((unsigned char)*p)) continue;
            if (!isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1])) return false;
            byte = (unsigned)strtoul((char[]){p[0], p[1], 0}, NULL, 16);
            p++;
        } else if (*p == '\\' && p[1]) {
            byte = (unsigned char)*++p;
        }
        if (n + 3 > room) return false;
        n += (size_t)snprintf(out + n, room - n, "%02x", byte);
    }
    return n > 0 && !hex;
}

/* ---- content and what stands behind it --------------------------- */

static struct import_step *latest(struct import_work *w)
{
    for (unsigned i = w->step_count; i-- > 0;)
        if (w->steps[i].literal) return &w->steps[i];
    return NULL;
}

static bool modify(struct import_work *w, const char *name, const char *value)
{
    struct import_step *s = latest(w);
    if (!s) return import_no(w, "%s: no content stands before it", name);
    value = operand(w, value);
    if (strcmp(name, "nocase") == 0) s->nocase = true;
    if (strcmp(name, "offset") == 0) s->offset = value;
    if (strcmp(name, "depth") == 0) s->depth = value;
    if (strcmp(name, "distance") == 0) s->distance = value;
    if (strcmp(name, "within") == 0) s->within = value;
    if (strcmp(name, "endswith") == 0) s->at_end = true;
    if (strcmp(name, "startswith") == 0) {
        char *length = region_take(w->memory, 24);
        if (!length) return import_no(w, "out of memory");
        snprintf(length, 24, "%zu", strlen(strchr(s->body, '"') + 1) / 2);
        s->depth = length;
    }
    return true;
}

static const char *const modifiers[] = {"nocase",   "offset",     "depth",        "distance", "within",
                                        "endswith", "startswith", "fast_pattern", "rawbytes", NULL};

static bool is_modifier(const char *name)
{
    for (unsigned i = 0; modifiers[i]; i++)
        if (strcmp(modifiers[i], name) == 0) return true;
    return false;
}

/* Snort 3 writes modifiers behind the text: content:"x",depth 4,nocase. */
static bool content(struct import_work *w, const char *value)
{
    char *copy = region_text(w->memory, value, strlen(value)), *close = copy ? strrchr(copy, '"') : NULL;
    bool negated;
    if (!close) return import_no(w, "content: no text in quotes");
    char *rest = strchr(close, ',');
    if (rest) *rest++ = 0;
    struct import_step *s = new_step(w, true);
    if (!s) return false;
    if (!unquote(copy, &negated)) return import_no(w, "content: empty");
    s->absent = negated;
    size_t n = (size_t)snprintf(s->body, sizeof s->body, "hex: \"");
    if (!put_hex(copy, s->body + n, sizeof s->body - n - 1))
        return import_no(w, "content: too long or not well formed");
    n = strlen(s->body);
    (void)text_put(s->body + n, sizeof s->body - n, "\"");
    for (char *part; (part = import_part(&rest, false));) {
        char *blank = strchr(part, ' ');
        if (blank) *blank++ = 0;
        if (is_modifier(part) && !modify(w, part, blank ? blank : "")) return false;
    }
    return true;
}

/* ---- pcre -------------------------------------------------------- */

static const char *const buffer_of_flag[128] = {['U'] = "http.request.uri",
                                                ['I'] = "http.request.uri",
                                                ['M'] = "http.request.method",
                                                ['W'] = "http.host",
                                                ['V'] = "http.user_agent"};

static bool put_regex(struct import_work *w, struct import_step *s, const char *expression, const char *flags)
{
    bool anchored = strchr(flags, 'A') != NULL, dot_all = strchr(flags, 's') != NULL;
    char *out = s->body, *end = s->body + sizeof s->body - 8;
    out += sprintf(out, "regex: '");
    if (strchr(flags, 'x')) out += sprintf(out, "(?x)");
    if (strchr(flags, 'm')) out += sprintf(out, "(?m)");
    if (!dot_all && strchr(expression, '.')) out += sprintf(out, "(?-s)");
    if (anchored) out += sprintf(out, "^(?:");
    for (const char *p = expression; *p; p++) {
        if (out >= end) return import_no(w, "pcre: too long");
        if (*p == '\\' && p[1] == '/') continue; /* the slash is the delimiter's only */
        *out++ = *p;
        if (*p == '\'') *out++ = '\'';
    }
    return text_put(out, sizeof s->body - (size_t)(out - s->body), anchored ? ")'" : "'");
}

static bool pcre(struct import_work *w, const char *value)
{
    char *copy = region_text(w->memory, value, strlen(value));
    bool negated;
    struct import_step *s = new_step(w, false);
    if (!copy || !s || !unquote(copy, &negated) || *copy != '/') return import_no(w, "pcre: not well formed");
    char *close = strrchr(copy, '/');
    if (close == copy) return import_no(w, "pcre: not well formed");
    *close++ = 0;
    for (const char *flag = close; *flag; flag++) {
        unsigned char f = (unsigned char)*flag;
        const char *field = f < 128 ? buffer_of_flag[f] : NULL;
        if (!field && !strchr("ismxARBO", f)) return import_no(w, "pcre: flag %c", f);
        if (field) s->field = field, w->message = true;
    }
    s->absent = negated;
    s->nocase = strchr(close, 'i') != NULL;
    s->relative = strchr(close, 'R') != NULL;
    return put_regex(w, s, copy + 1, close);
}

/* ---- numbers ----------------------------------------------------- */

/* What all byte_ keywords may say behind their places. */
struct number {
    bool relative, little, text, from_start, from_end;
    const char *base, *mask, *multiplier, *align, *beyond, *result;
};

static bool number_word(struct import_work *w, const char *keyword, char *part, struct number *n)
{
    char *blank = part + strcspn(part, " \t");
    const char *value = *blank ? (*blank++ = 0, blank + strspn(blank, " \t")) : "";
    static const char *const ignored[] = {"big", "string", "dce", NULL};
    if (strcmp(part, "relative") == 0) return n->relative = true;
    if (strcmp(part, "endian") == 0) return n->little = strcmp(value, "little") == 0, true;
    if (strcmp(part, "little") == 0) return n->little = true;
    if (strcmp(part, "from_beginning") == 0) return n->from_start = true;
    if (strcmp(part, "from_end") == 0) return n->from_end = true;
    if (strcmp(part, "align") == 0) return n->align = "4", true;
    if (strcmp(part, "multiplier") == 0) return n->multiplier = value, true;
    if (strcmp(part, "post_offset") == 0) return n->beyond = value, true;
    if (strcmp(part, "bitmask") == 0) return n->mask = value, true;
    if (strcmp(part, "string") == 0 && *value) part = (char *)value, n->text = true;
    if (strcmp(part, "string") == 0) return n->text = true;
    if (strcmp(part, "hex") == 0 || strcmp(part, "dec") == 0 || strcmp(part, "oct") == 0)
        return n->base = strcmp(part, "hex") == 0 ? "hex" : strcmp(part, "dec") == 0 ? "dec" : "oct", true;
    for (unsigned i = 0; ignored[i]; i++)
        if (strcmp(part, ignored[i]) == 0) return true;
    return import_no(w, "%s: %s", keyword, part);
}

static bool put_number(struct import_work *w, const char *bytes, const char *offset, const struct number *n,
                       const char *more)
{
    struct import_step *s = new_step(w, false);
    if (!s) return false;
    char *out = s->body, *end = s->body + sizeof s->body;
    s->relative = n->relative;
    s->offset = operand(w, offset);
    out += snprintf(out, (size_t)(end - out), "number: %s%s", bytes, more);
    if (n->text) out += snprintf(out, (size_t)(end - out), ", base: %s", n->base ? n->base : "dec");
    if (n->little) out += snprintf(out, (size_t)(end - out), ", little: true");
    if (n->mask) out += snprintf(out, (size_t)(end - out), ", mask: %s", n->mask);
    if (n->multiplier) out += snprintf(out, (size_t)(end - out), ", calculate: \"* %s\"", n->multiplier);
    if (n->align) out += snprintf(out, (size_t)(end - out), ", align: %s", n->align);
    if (n->beyond) out += snprintf(out, (size_t)(end - out), ", beyond: %s", n->beyond);
    return out < end ? true : import_no(w, "number: too long");
}

static bool byte_test(struct import_work *w, char *rest)
{
    char *bytes = import_part(&rest, false), *operator= import_part(&rest, false), *value = import_part(&rest, false),
         *offset = import_part(&rest, false), *part, more[128];
    struct number n = {false};
    if (!bytes || !operator|| !value || !offset) return import_no(w, "byte_test: not well formed");
    while ((part = import_part(&rest, false)))
        if (!number_word(w, "byte_test", part, &n)) return false;
    bool negated = *operator== '!' && operator[1];
    if (*operator== '!') operator++;
    while (*operator== ' ') operator++;
    if (*operator== '^') return import_no(w, "byte_test: operator ^");
    const char *ours = *operator== '=' ? "==" : * operator? operator: "!=";
    snprintf(more, sizeof more, ", is: \"%s %s\"%s", ours, operand(w, value), negated ? ", absent: true" : "");
    return put_number(w, bytes, offset, &n, more);
}

static bool byte_jump(struct import_work *w, char *rest)
{
    char *bytes = import_part(&rest, false), *offset = import_part(&rest, false), *part, more[64];
    struct number n = {false};
    if (!bytes || !offset) return import_no(w, "byte_jump: not well formed");
    while ((part = import_part(&rest, false)))
        if (!number_word(w, "byte_jump", part, &n)) return false;
    snprintf(more, sizeof more, ", jump: %s", n.from_start ? "start" : n.from_end ? "end" : "here");
    return put_number(w, bytes, offset, &n, more);
}

static bool byte_extract(struct import_work *w, char *rest)
{
    char *bytes = import_part(&rest, false), *offset = import_part(&rest, false), *name = import_part(&rest, false),
         *part, more[128];
    struct number n = {false};
    if (!bytes || !offset || !name) return import_no(w, "byte_extract: not well formed");
    while ((part = import_part(&rest, false)))
        if (!number_word(w, "byte_extract", part, &n)) return false;
    snprintf(more, sizeof more, ", save: %s", operand(w, name));
    return put_number(w, bytes, offset, &n, more);
}

/* bytes 4, offset 0, oper +, rvalue 2, result total */
static bool byte_math(struct import_work *w, char *rest)
{
    const char *bytes = NULL, *offset = NULL, *oper = NULL, *by = NULL, *result = NULL;
    struct {
        const char *name, **out;
    } const words[] = {{"bytes", &bytes}, {"offset", &offset}, {"oper", &oper}, {"rvalue", &by}, {"result", &result}};
    struct number n = {false};
    char more[192];
    for (char *part; (part = import_part(&rest, false));) {
        bool found = false;
        for (unsigned i = 0; !found && i < sizeof words / sizeof *words; i++) {
            size_t length = strlen(words[i].name);
            found = strncmp(part, words[i].name, length) == 0 && part[length] == ' ';
            if (found) *words[i].out = part + length + strspn(part + length, " ");
        }
        if (!found && !number_word(w, "byte_math", part, &n)) return false;
    }
    if (!bytes || !offset || !oper || !by || !result) return import_no(w, "byte_math: not well formed");
    snprintf(more, sizeof more, ", calculate: \"%s %s\", save: %s", oper, operand(w, by), operand(w, result));
    return put_number(w, bytes, offset, &n, more);
}

/* Without `relative` it counts from the start and asks for a byte at that place. */
static bool isdataat(struct import_work *w, char *rest)
{
    char *count = import_part(&rest, false), *part;
    struct import_step *s = new_step(w, false);
    if (!s || !count) return import_no(w, "isdataat: not well formed");
    if (*count == '!') s->absent = true, count++;
    while ((part = import_part(&rest, false))) s->relative |= strcmp(part, "relative") == 0;
    if (s->relative || !isdigit((unsigned char)*count))
        snprintf(s->body, sizeof s->body, "data: %s", operand(w, count));
    else
        snprintf(s->body, sizeof s->body, "data: %lu", strtoul(count, NULL, 10) + 1);
    return true;
}

/* >300 <10 5 100<>200 */
static bool dsize(struct import_work *w, char *text)
{
    char *range = strstr(text, "<>"), *digits = text + strcspn(text, "0123456789");
    unsigned value = (unsigned)strtoul(digits, NULL, 10);
    if (!*digits || *text == '!') return import_no(w, "dsize: %s", text);
    if (range) {
        w->least = value + 1;
        w->most = (unsigned)strtoul(range + 2, NULL, 10) - 1;
    } else {
        w->least = *text == '>' ? value + (text[1] != '=') : *text == '<' ? 1 : value;
        w->most = *text == '<' ? value - (text[1] != '=') : *text == '>' ? 0 : value;
    }
    return true;
}

bool import_bytes(struct import_work *w, const struct import_option *o, bool *taken)
{
    static const struct {
        const char *name;
        bool (*take)(struct import_work *w, char *value);
    } keywords[] = {{"byte_test", byte_test}, {"byte_jump", byte_jump}, {"byte_extract", byte_extract},
                    {"byte_math", byte_math}, {"isdataat", isdataat},   {"dsize", dsize}};
    *taken = true;
    if (strcmp(o->name, "content") == 0) return content(w, o->value);
    if (strcmp(o->name, "pcre") == 0) return pcre(w, o->value);
    if (is_modifier(o->name)) return modify(w, o->name, o->value);
    for (unsigned i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (strcmp(keywords[i].name, o->name) != 0) continue;
        char *copy = region_text(w->memory, o->value, strlen(o->value));
        return copy ? keywords[i].take(w, copy) : import_no(w, "out of memory");
    }
    *taken = false;
    return true;
}
