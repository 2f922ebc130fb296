/* SPDX-License-Identifier: Apache-2.0 */
/* One step of `payload:` out of YAML, every key checked (docs/writing-signatures.md). */
#include "signatures/database.h"
#include "signatures/payload.h"
#include "signatures/rule.h"

#include <ctype.h>
#include <hs.h>
#include <stdlib.h>
#include <string.h>

enum { PLACE_CAP = 65535, OPERATOR_LENGTH = 2 };

static const char *const jumps[] = {"none", "here", "start", "end", NULL};
static const char *const bases[] = {"binary", "dec", "hex", "oct", NULL};
static const uint8_t base_of[] = {0, 10, 16, 8};

static const struct {
    char text[OPERATOR_LENGTH + 1];
    uint8_t operator;
} operators[] = {
    {"==", OPERATOR_EQUAL}, {"!=", OPERATOR_UNEQUAL}, {"<=", OPERATOR_LESS_EQUAL}, {">=", OPERATOR_GREATER_EQUAL},
    {"<<", OPERATOR_LEFT},  {">>", OPERATOR_RIGHT},   {"<", OPERATOR_LESS},        {">", OPERATOR_GREATER},
    {"&", OPERATOR_BITS},   {"+", OPERATOR_PLUS},     {"-", OPERATOR_MINUS},       {"*", OPERATOR_TIMES},
    {"/", OPERATOR_DIVIDE},
};

/* A number, or the name of one that was saved. */
static bool operand_text(struct loader *l, const struct yaml_node *node, const char *text,
                         const struct payload_names *names, struct operand *out)
{
    char *end;
    out->saved = -1;
    while (*text == ' ') text++;
    out->value = strtoll(text, &end, 0);
    if (end != text && !*end && llabs(out->value) <= (long long)UINT32_MAX) return true;
    for (unsigned i = 0; i < names->count; i++)
        if (strcmp(names->names[i], text) == 0) return out->saved = (int8_t)i, true;
    return yaml_fault(node, l->fault, "\"%s\" is neither a number nor saved by a step above", text);
}

static bool load_operand(struct loader *l, const struct yaml_node *node, const struct payload_names *names,
                         struct operand *out)
{
    const char *text = NULL;
    if (!node) return true;
    return yaml_text(node, &text, l->fault) && operand_text(l, node, text, names, out);
}

/* "> 254", "* 4", "== length". */
static bool load_operation(struct loader *l, const struct yaml_node *node, const struct payload_names *names,
                           bool compares, uint8_t *operator, struct operand * out)
{
    const char *text = NULL;
    if (!node) return true;
    if (!yaml_text(node, &text, l->fault)) return false;
    for (unsigned i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t n = strlen(operators[i].text);
        bool is_comparison = operators[i].operator<= OPERATOR_BITS;
        if (is_comparison != compares || strncmp(text, operators[i].text, n) != 0) continue;
        *operator= operators[i].operator;
        return operand_text(l, node, text + n, names, out);
    }
    return yaml_fault(node, l->fault, "\"%s\" is not %s", text,
                      compares ? "a comparison; write \"> 254\" (== != < <= > >= &)"
                               : "a calculation; write \"* 4\" (+ - * / << >>)");
}

static bool load_save(struct loader *l, const struct yaml_node *node, struct payload_names *names, int8_t *out)
{
    const char *text = NULL;
    if (!node) return true;
    if (!yaml_text(node, &text, l->fault)) return false;
    if (!islower((unsigned char)*text)) return yaml_fault(node, l->fault, "a name begins with a small letter");
    for (unsigned i = 0; i < names->count; i++)
        if (strcmp(names->names[i], text) == 0) return *out = (int8_t)i, true;
    if (names->count == PAYLOAD_NAMES) return yaml_fault(node, l->fault, "more than %d saved numbers", PAYLOAD_NAMES);
    *out = (int8_t)names->count;
    names->names[names->count] = loader_text(l, text);
    return names->names[names->count++] != NULL;
}

static bool load_literal(struct loader *l, const struct yaml_node *text, const struct yaml_node *hex,
                         struct payload_step *out)
{
    uint8_t bytes[PAYLOAD_LITERAL], *kept;
    size_t length = 0;
    if (!literal_bytes(l, text, hex, bytes, sizeof bytes, &length)) return false;
    for (size_t i = 0; out->nocase && i < length; i++) bytes[i] = (uint8_t)tolower(bytes[i]);
    if (!(kept = region_take(l->memory, length))) return fault_set(l->fault, "out of memory");
    memcpy(kept, bytes, length);
    out->literal = kept;
    out->length = (uint16_t)length;
    return true;
}

static bool load_regex(struct loader *l, const struct yaml_node *node, struct payload_step *out)
{
    const char *text = NULL;
    struct database_request request = {.room = 1};
    struct fault why = {""};
    hs_database_t *database = NULL;
    unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL | HS_FLAG_ALLOWEMPTY | (out->nocase ? HS_FLAG_CASELESS : 0);
    if (!yaml_text(node, &text, l->fault)) return false;
    out->kind = STEP_REGEX;
    if (!database_add(&request, 0, &(struct database_pattern){.expression = text, .flags = flags}))
        return fault_set(l->fault, "out of memory");
    bool good = database_make(&request, &database, &why);
    database_forget(&request);
    if (!good) return yaml_fault(node, l->fault, "this expression cannot be used: %s", why.text);
    out->database = database;
    out->expression = loader_text(l, text);
    return out->expression != NULL;
}

static bool load_number(struct loader *l, const struct yaml_node *step, const struct yaml_node *number,
                        struct payload_names *names, struct payload_step *out)
{
    unsigned jump = 0, base = 0;
    uint64_t width = 0, align = 0;
    out->kind = STEP_NUMBER;
    if (!yaml_choice(yaml_get(step, "base"), bases, &base, l->fault) ||
        !yaml_choice(yaml_get(step, "jump"), jumps, &jump, l->fault) ||
        !yaml_uint(number, 1, base ? 20 : 8, &width, l->fault) ||
        !yaml_bool(yaml_get(step, "little"), &out->little, l->fault) ||
        !yaml_uint(yaml_get(step, "mask"), 1, UINT64_MAX, &out->mask, l->fault) ||
        !yaml_uint(yaml_get(step, "align"), 2, 16, &align, l->fault) ||
        !yaml_int(yaml_get(step, "beyond"), -PLACE_CAP, PLACE_CAP, &out->beyond, l->fault))
        return false;
    out->base = base_of[base];
    out->width = (uint8_t)width;
    out->jump = (uint8_t)jump;
    out->align = (uint8_t)align;
    return load_operation(l, yaml_get(step, "calculate"), names, false, &out->calculate, &out->by) &&
           load_operation(l, yaml_get(step, "is"), names, true, &out->compare, &out->than) &&
           load_save(l, yaml_get(step, "save"), names, &out->save);
}

static bool load_data(struct loader *l, const struct yaml_node *node, const struct payload_names *names,
                      struct payload_step *out)
{
    out->kind = STEP_DATA;
    return load_operand(l, node, names, &out->offset);
}

static bool load_place(struct loader *l, const struct yaml_node *node, const struct payload_names *names,
                       struct payload_step *out)
{
    const struct yaml_node *at = yaml_get(node, "at"), *offset = yaml_get(node, "offset"),
                           *depth = yaml_get(node, "depth"), *distance = yaml_get(node, "distance"),
                           *within = yaml_get(node, "within");
    out->offset.saved = out->depth.saved = out->than.saved = out->by.saved = out->save = -1;
    if (!yaml_bool(yaml_get(node, "relative"), &out->relative, l->fault)) return false;
    if ((at || offset || depth) && (distance || within))
        return yaml_fault((distance ? distance : within)->key, l->fault,
                          "\"distance\" and \"within\" count from the step before, \"offset\", \"depth\" and \"at\" "
                          "from the start; only one kind stands in a step");
    if (at && (offset || depth)) return yaml_fault(at->key, l->fault, "\"at\" stands for \"offset\" and \"depth\"");
    if (distance || within) out->relative = true;
    return load_operand(l,
                        at       ? at
                        : offset ? offset
                                 : distance,
                        names, &out->offset) &&
           load_operand(l, depth ? depth : within, names, &out->depth);
}

static bool load_buffer(struct loader *l, const struct yaml_node *node, struct payload_step *out)
{
    const char *name = NULL;
    if (!node) return true;
    if (!yaml_text(node, &name, l->fault)) return false;
    if ((out->in = filter_field_find(name))) return true;
    const char *near = filter_field_nearest(name);
    return yaml_fault(node, l->fault, "unknown field \"%s\"%s%s%s", name, near ? "; did you mean \"" : "",
                      near ? near : "", near ? "\"?" : "");
}

bool payload_step_load(struct loader *l, const struct yaml_node *node, struct payload_names *names,
                       struct payload_step *out)
{
    static const char *const keys[] = {"text",   "hex",      "regex",     "number", "data", "in",       "nocase",
                                       "absent", "relative", "offset",    "depth",  "at",   "distance", "within",
                                       "end",    "base",     "little",    "mask",   "jump", "align",    "beyond",
                                       "is",     "save",     "calculate", NULL};
    if (!yaml_keys(node, keys, l->fault)) return false;
    const struct yaml_node *text = yaml_get(node, "text"), *hex = yaml_get(node, "hex"),
                           *regex = yaml_get(node, "regex"), *number = yaml_get(node, "number"),
                           *data = yaml_get(node, "data");
    if ((text != NULL) + (hex != NULL) + (regex != NULL) + (number != NULL) + (data != NULL) != 1)
        return yaml_fault(node, l->fault, "one of \"text\", \"hex\", \"regex\", \"number\" and \"data\" makes a step");
    if (!load_place(l, node, names, out) || !load_buffer(l, yaml_get(node, "in"), out) ||
        !yaml_bool(yaml_get(node, "nocase"), &out->nocase, l->fault) ||
        !yaml_bool(yaml_get(node, "absent"), &out->absent, l->fault) ||
        !yaml_bool(yaml_get(node, "end"), &out->end, l->fault))
        return false;
    if (regex) return load_regex(l, regex, out);
    if (number) return load_number(l, node, number, names, out);
    if (data) return load_data(l, data, names, out);
    if (!load_literal(l, text, hex, out)) return false;
    if (yaml_get(node, "at")) out->depth = (struct operand){out->length, -1};
    return true;
}
