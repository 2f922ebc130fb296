/* SPDX-License-Identifier: Apache-2.0 */
/* Filter text to tokens, as the Wireshark 4.0 User's Guide, "Building Display Filter Expressions", writes them. */
#include "signatures/filter_private.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

bool compile_fault(struct compiler *c, const struct token *at, const char *format, ...)
{
    char text[sizeof c->fault->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return fault_at(c->fault, c->file, at->line, at->column, "%s", text);
}

struct spelling {
    const char *text;
    uint8_t kind, relation;
    bool all;
};

static const struct spelling word_spellings[] = {
    {"and", TOKEN_AND},
    {"or", TOKEN_OR},
    {"xor", TOKEN_XOR},
    {"not", TOKEN_NOT},
    {"any", TOKEN_ANY},
    {"all", TOKEN_ALL},
    {"in", TOKEN_RELATION, IS_IN},
    {"eq", TOKEN_RELATION, IS_EQUAL},
    {"any_eq", TOKEN_RELATION, IS_EQUAL},
    {"all_eq", TOKEN_RELATION, IS_EQUAL, true},
    {"ne", TOKEN_RELATION, IS_UNEQUAL, true},
    {"all_ne", TOKEN_RELATION, IS_UNEQUAL, true},
    {"any_ne", TOKEN_RELATION, IS_UNEQUAL},
    {"lt", TOKEN_RELATION, IS_LESS},
    {"le", TOKEN_RELATION, IS_LESS_EQUAL},
    {"gt", TOKEN_RELATION, IS_GREATER},
    {"ge", TOKEN_RELATION, IS_GREATER_EQUAL},
    {"contains", TOKEN_RELATION, CONTAINS},
    {"matches", TOKEN_RELATION, MATCHES},
    {"bitwise_and", TOKEN_MASK},
};

/* The longer of two with the same beginning comes first. */
static const struct spelling sign_spellings[] = {
    {"===", TOKEN_RELATION, IS_EQUAL, true},
    {"!==", TOKEN_RELATION, IS_UNEQUAL},
    {"==", TOKEN_RELATION, IS_EQUAL},
    {"!=", TOKEN_RELATION, IS_UNEQUAL, true},
    {"~=", TOKEN_RELATION, IS_UNEQUAL},
    {"<=", TOKEN_RELATION, IS_LESS_EQUAL},
    {">=", TOKEN_RELATION, IS_GREATER_EQUAL},
    {"<", TOKEN_RELATION, IS_LESS},
    {">", TOKEN_RELATION, IS_GREATER},
    {"~", TOKEN_RELATION, MATCHES},
    {"&&", TOKEN_AND},
    {"||", TOKEN_OR},
    {"^^", TOKEN_XOR},
    {"!", TOKEN_NOT},
    {"&", TOKEN_MASK},
    {"(", TOKEN_OPEN},
    {")", TOKEN_CLOSE},
    {"{", TOKEN_BRACE_OPEN},
    {"}", TOKEN_BRACE_CLOSE},
    {"[", TOKEN_BRACKET_OPEN},
    {"]", TOKEN_BRACKET_CLOSE},
    {",", TOKEN_COMMA},
    {"..", TOKEN_RANGE},
};

/* Columns count characters: a continuation byte of UTF-8 adds none. */
static void step(struct compiler *c)
{
    if (*c->at == '\n') {
        c->line++;
        c->column = 1;
    } else if ((*c->at & 0xc0) != 0x80) {
        c->column++;
    }
    c->at++;
}

static bool keep_text(struct compiler *c, const char *text, size_t length)
{
    c->token.text = region_text(&c->filter->memory, text, length);
    c->token.length = (uint32_t)length;
    return c->token.text ? true : fault_set(c->fault, "%s: out of memory", c->file);
}

/* One escaped character of a string, the backslash already passed: \" \\ \n \r \t \xHH \OOO. */
static bool escape(struct compiler *c, char *out)
{
    static const char names[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
    const char *name = *c->at ? strchr(names, *c->at) : NULL;
    unsigned value = 0, digits = 0;
    if (name) {
        *out = values[name - names];
        step(c);
    } else if (*c->at == 'x' && isxdigit((unsigned char)c->at[1])) {
        for (step(c); digits < 2 && isxdigit((unsigned char)*c->at); digits++, step(c))
            value = value * 16 + (unsigned)(isdigit((unsigned char)*c->at) ? *c->at - '0' : (*c->at | 32) - 'a' + 10);
        *out = (char)value;
    } else if (*c->at >= '0' && *c->at <= '7') {
        for (; digits < 3 && *c->at >= '0' && *c->at <= '7'; digits++, step(c))
            value = value * 8 + (unsigned)(*c->at - '0');
        *out = (char)value;
    } else if (*c->at && strchr("\"'\\?", *c->at)) {
        *out = *c->at;
        step(c);
    } else {
        return compile_fault(c, &c->token,
                             "a string holds an unknown escape \"\\%c\"; a regular expression is easier "
                             "to write as r\"...\"",
                             *c->at ? *c->at : ' ');
    }
    return true;
}

/* "..." with escapes, or r"..." as it stands. */
static bool string_token(struct compiler *c, bool raw)
{
    size_t room = strlen(c->at) + 1, length = 0;
    char *text = region_take(&c->filter->memory, room);
    if (!text) return fault_set(c->fault, "%s: out of memory", c->file);
    step(c);
    while (*c->at && *c->at != '"') {
        bool backslash = *c->at == '\\';
        if (backslash && !raw) {
            step(c);
            if (!escape(c, &text[length++])) return false;
            continue;
        }
        text[length++] = *c->at;
        step(c);
        if (backslash && *c->at == '"') {
            text[length++] = *c->at;
            step(c);
        }
    }
    if (!*c->at) return compile_fault(c, &c->token, "the string that begins here has no closing quote");
    step(c);
    c->token.kind = TOKEN_STRING;
    c->token.text = text;
    c->token.length = (uint32_t)length;
    return true;
}

static bool is_word_character(const char *at, bool in_slice)
{
    if (*at == '.') return at[1] != '.';
    if (*at == ':' || *at == '-' || *at == '/') return !in_slice;
    return isalnum((unsigned char)*at) || *at == '_' || (*at & 0x80);
}

static bool starts_word(const char *at, bool in_slice)
{
    if (*at == '-') return isdigit((unsigned char)at[1]);
    if (*at == ':') return !in_slice && at[1] == ':';
    return *at != '/' && *at != '.' && is_word_character(at, in_slice);
}

static bool word_token(struct compiler *c, bool in_slice)
{
    const char *start = c->at;
    do step(c);
    while (is_word_character(c->at, in_slice));
    c->token.kind = TOKEN_WORD;
    if (!keep_text(c, start, (size_t)(c->at - start))) return false;
    for (size_t i = 0; i < COUNT_OF(word_spellings); i++) {
        const struct spelling *s = &word_spellings[i];
        if (strcmp(s->text, c->token.text) != 0) continue;
        c->token.kind = s->kind;
        c->token.relation = s->relation;
        c->token.all = s->all;
    }
    return true;
}

static bool sign_token(struct compiler *c)
{
    for (size_t i = 0; i < COUNT_OF(sign_spellings); i++) {
        const struct spelling *s = &sign_spellings[i];
        size_t n = strlen(s->text);
        if (strncmp(c->at, s->text, n) != 0) continue;
        c->token.kind = s->kind;
        c->token.relation = s->relation;
        c->token.all = s->all;
        if (!keep_text(c, c->at, n)) return false;
        while (n--) step(c);
        return true;
    }
    if (*c->at == '=') return compile_fault(c, &c->token, "\"=\" compares nothing here; write \"==\"");
    return compile_fault(c, &c->token, "\"%c\" has no meaning here", *c->at);
}

bool filter_next_token(struct compiler *c, bool in_slice)
{
    while (*c->at && isspace((unsigned char)*c->at)) step(c);
    c->token = (struct token){.kind = TOKEN_END, .text = "", .line = c->line, .column = c->column};
    if (!*c->at) return true;
    if (*c->at == '"') return string_token(c, false);
    if (*c->at == 'r' && c->at[1] == '"') {
        step(c);
        return string_token(c, true);
    }
    if (in_slice && (*c->at == ':' || *c->at == '-')) {
        c->token.kind = *c->at == ':' ? TOKEN_COMMA : TOKEN_RANGE;
        c->token.text = *c->at == ':' ? ":" : "-";
        step(c);
        return true;
    }
    if (*c->at == '$') {
        step(c);
        if (!starts_word(c->at, true)) return compile_fault(c, &c->token, "a set's name must follow \"$\"");
        if (!word_token(c, true)) return false;
        c->token.kind = TOKEN_SET;
        return true;
    }
    return starts_word(c->at, in_slice) ? word_token(c, in_slice) : sign_token(c);
}
