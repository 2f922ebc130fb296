/* SPDX-License-Identifier: Apache-2.0 */
/* Reads rule files: lines that go on, comments, the header's seven words, options with quotes and escapes (Suricata 7
 * User Guide, "Rules Format"). */
#include "signatures/import.h"

#include <ctype.h>
#include <string.h>

static char *trim(char *text)
{
    while (isspace((unsigned char)*text)) text++;
    size_t n = strlen(text);
    while (n && isspace((unsigned char)text[n - 1])) text[--n] = 0;
    return text;
}

char *import_part(char **rest, bool blanks)
{
    char *start = *rest;
    if (!start) return NULL;
    char *at = start;
    while (isspace((unsigned char)*at)) at++;
    start = at;
    bool quoted = false;
    for (; *at; at++) {
        if (*at == '"' && (at == start || at[-1] != '\\')) quoted = !quoted;
        if (!quoted && (*at == ',' || (blanks && isspace((unsigned char)*at)))) break;
    }
    *rest = *at ? at + 1 : NULL;
    *at = 0;
    if (!*start && !*rest) return NULL;
    return trim(start);
}

/* The next word of the header; blanks inside brackets belong to it. */
static char *next_word(char **rest)
{
    char *start = *rest + strspn(*rest, " \t"), *at = start;
    unsigned depth = 0;
    for (; *at && (depth || !isspace((unsigned char)*at)); at++) {
        depth += *at == '[';
        if (*at == ']' && depth) depth--;
    }
    *rest = *at ? at + 1 : at;
    *at = 0;
    return *start ? start : NULL;
}

static bool read_header(struct import_rule *r, char *text)
{
    const char **words[] = {&r->action,    &r->protocol,    &r->source,          &r->source_port,
                            &r->direction, &r->destination, &r->destination_port};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (!(*words[i] = next_word(&text))) return false;
    return strcmp(r->direction, "->") == 0 || strcmp(r->direction, "<>") == 0;
}

static bool add_option(struct import_rule *r, char *text)
{
    text = trim(text);
    if (!*text) return true; /* ";;" */
    if (r->option_count == IMPORT_OPTIONS) return false;
    char *colon = strchr(text, ':');
    if (colon) *colon = 0;
    for (char *p = text; *p; p++) *p = (char)tolower((unsigned char)*p);
    r->options[r->option_count++] = (struct import_option){trim(text), colon ? trim(colon + 1) : ""};
    return true;
}

static bool read_options(struct import_rule *r, char *text)
{
    bool quoted = false;
    char *start = text;
    for (char *at = text; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (*at == ';' && !quoted) {
            *at = 0;
            if (!add_option(r, start)) return false;
            start = at + 1;
        }
    }
    return add_option(r, start);
}

static void read_rule(const char *file, unsigned line, char *text,
                      void (*each)(void *context, struct import_rule *rule, struct fault *bad), void *context)
{
    struct import_rule r = {.file = file, .line = line};
    struct fault bad = {""};
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (!open || !close || close < open) {
        fault_set(&bad, "no options in parentheses");
    } else {
        *open = *close = 0;
        if (!read_header(&r, text))
            fault_set(&bad, "the header is not \"action protocol source port -> destination port\"");
        else if (!read_options(&r, open + 1))
            fault_set(&bad, "more than %d options", IMPORT_OPTIONS);
    }
    each(context, &r, bad.text[0] ? &bad : NULL);
}

void import_text(const char *file, char *text, void (*each)(void *context, struct import_rule *rule, struct fault *bad),
                 void *context)
{
    unsigned line = 1, first = 1;
    char *start = text;
    for (char *at = text;; at++) {
        if (*at == '\\' && (at[1] == '\n' || (at[1] == '\r' && at[2] == '\n'))) {
            line++;
            *at = ' ';
            while (*++at != '\n') *at = ' ';
            *at = ' ';
            continue;
        }
        if (*at && *at != '\n') continue;
        bool last = !*at;
        *at = 0;
        char *rule = trim(start);
        if (*rule && *rule != '#') read_rule(file, first, rule, each, context);
        if (last) return;
        first = ++line;
        start = at + 1;
    }
}
