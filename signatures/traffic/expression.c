/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of the traffic script: C's operators over doubles, bitwise ones over their integer part. */
#include "signatures/traffic/script.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

double script_random(struct script *s)
{
    s->random ^= s->random << 13, s->random ^= s->random >> 7, s->random ^= s->random << 17; /* xorshift64 */
    return (double)(s->random >> 11) / 9007199254740992.0;
}

struct variable *variable_of(struct script *s, const struct name *name)
{
    for (unsigned i = 0; i < s->variable_count; i++)
        if (strcmp(s->variables[i].name.text, name->text) == 0) return &s->variables[i];
    return NULL;
}

bool variable_set(struct script *s, const char *at, const struct name *name, double value)
{
    struct variable *v = variable_of(s, name);
    if (!v) {
        if (s->variable_count == VARIABLES) return script_wrong(s, at, "more than %d variables", VARIABLES);
        v = &s->variables[s->variable_count++];
        v->name = *name;
    }
    v->value = value;
    return true;
}

static bool name_value(struct script *s, const char *at, const struct name *name, double *value)
{
    if (s->call) {
        const struct macro *m = s->call->macro;
        for (unsigned i = 0; i < m->parameter_count; i++)
            if (strcmp(m->parameters[i].text, name->text) == 0) return *value = s->call->arguments[i], true;
        for (unsigned i = 0; i < 2; i++)
            if (strcmp(name->text, i ? "size2" : "size") == 0) return *value = (double)s->call->bodies[i].length, true;
    }
    if (strcmp(name->text, "now") == 0) return *value = (double)s->clock_ns / 1e9, true;
    const struct variable *v = variable_of(s, name);
    if (!v) return script_wrong(s, at, "no variable '%s'; write: set %s = NUMBER", name->text, name->text);
    *value = v->value;
    return true;
}

static bool function_value(struct script *s, const char *at, const struct name *name, double *value)
{
    double x = 0;
    if (!expression(s, &x) || !expect_close(s, ')')) return false;
    if (strcmp(name->text, "sin") == 0)
        *value = sin(x);
    else if (strcmp(name->text, "abs") == 0)
        *value = fabs(x);
    else if (strcmp(name->text, "int") == 0)
        *value = trunc(x);
    else if (strcmp(name->text, "random") == 0)
        *value = floor(script_random(s) * x);
    else
        return script_wrong(s, at, "no function '%s' in numbers; there are sin, abs, int, random", name->text);
    return true;
}

static bool unsigned_value(struct script *s, double *value)
{
    skip_blanks(s);
    const char *start = s->at;
    if (take_open(s, '(')) return expression(s, value) && expect_close(s, ')');
    if (isdigit((unsigned char)*s->at) || *s->at == '.') {
        char *end;
        bool hex = s->at[0] == '0' && (s->at[1] | 0x20) == 'x';
        *value = hex ? (double)strtoull(s->at, &end, 16) : strtod(s->at, &end);
        if (end == s->at) return script_wrong(s, start, "a number expected");
        s->at = end;
        return true;
    }
    struct name name;
    if (!isalpha((unsigned char)*s->at)) return script_wrong(s, start, "a number, a name or '(' expected");
    if (!read_name(s, &name)) return false;
    return take_open(s, '(') ? function_value(s, start, &name, value) : name_value(s, start, &name, value);
}

static bool primary(struct script *s, double *value)
{
    bool negative = false;
    while (take_char(s, '-')) negative = !negative;
    if (!unsigned_value(s, value)) return false;
    if (negative) *value = -*value;
    return true;
}

/* Binary operators by rising precedence. */
static const struct {
    char text[3];
    uint8_t level;
} operators[] = {{"<<", 3}, {">>", 3}, {"|", 0}, {"^", 1}, {"&", 2}, {"+", 4}, {"-", 4}, {"*", 5}, {"/", 5}, {"%", 5}};
enum { LEVELS = 6 };

static bool apply(struct script *s, const char *at, const char *operator, double right, double *left)
{
    int64_t a = (int64_t)*left, b = (int64_t)right;
    switch (*operator) {
    case '+':
        *left += right;
        break;
    case '-':
        *left -= right;
        break;
    case '*':
        *left *= right;
        break;
    case '/':
        if (right == 0) return script_wrong(s, at, "division by zero");
        *left /= right;
        break;
    case '%':
        if (b == 0) return script_wrong(s, at, "division by zero");
        *left = (double)(a % b);
        break;
    case '|':
        *left = (double)(a | b);
        break;
    case '^':
        *left = (double)(a ^ b);
        break;
    case '&':
        *left = (double)(a & b);
        break;
    default:
        if (b < 0 || b > 62) return script_wrong(s, at, "shift by %lld", (long long)b);
        *left = *operator== '<' ? (double)(int64_t)((uint64_t)a << b) : (double)(a >> b);
    }
    return fabs(*left) < 9e18 || script_wrong(s, at, "number out of range");
}

static bool level(struct script *s, unsigned from, double *value)
{
    if (from == LEVELS) return primary(s, value);
    if (!level(s, from + 1, value)) return false;
    for (;;) {
        skip_blanks(s);
        const char *start = s->at;
        size_t i = 0, count = sizeof operators / sizeof *operators;
        while (i < count &&
               (operators[i].level != from || strncmp(start, operators[i].text, strlen(operators[i].text)) != 0))
            i++;
        if (i == count) return true;
        s->at += strlen(operators[i].text);
        double right = 0;
        if (!level(s, from + 1, &right) || !apply(s, start, operators[i].text, right, value)) return false;
    }
}

bool expression(struct script *s, double *value)
{
    if (s->depth > DEPTH) return script_wrong(s, s->at, "brackets nested deeper than %d", DEPTH);
    return level(s, 0, value);
}

bool expression_integer(struct script *s, double least, double most, double *value)
{
    skip_blanks(s);
    const char *start = s->at;
    if (!expression(s, value)) return false;
    *value = floor(*value + 1e-9);
    return (*value >= least && *value <= most) ||
           script_wrong(s, start, "%.0f is not from %.0f to %.0f", *value, least, most);
}
