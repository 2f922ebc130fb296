/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, writes, signs and verifies the baseline's file (YAML by common/yaml.h, Ed25519 by libsodium). */
#include "common/baseline_file.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/keys.h"
#include "common/yaml.h"

#define X(id, name, zh, en) name,
const char *const baseline_state_name[] = {BASELINE_STATES(X) NULL};
#undef X
#define X(id, name, zh, en) zh,
const char *const baseline_state_zh[] = {BASELINE_STATES(X) NULL};
#undef X

#define AT(member) offsetof(struct baseline_line, member)
/* The texts of a line, in its order. */
static const struct {
    const char *name;
    size_t at, size;
} texts[] = {
    {"device", AT(device), BASELINE_TEXT},       {"protocol", AT(protocol), BASELINE_TEXT},
    {"peer", AT(peer), BASELINE_TEXT},           {"class", AT(class), BASELINE_TEXT},
    {"operation", AT(operation), BASELINE_TEXT}, {"unit", AT(unit), 16},
    {"object", AT(object), BASELINE_TEXT},
};
enum { TEXTS = sizeof texts / sizeof *texts };
static const char *const keys[] = {"device", "protocol", "peer",  "class", "operation", "unit",  "object", "settled",
                                   "period", "longest",  "range", "hours", "count",     "state", NULL};

bool baseline_add(struct baseline_lines *l, const struct baseline_line *line)
{
    if (l->count == l->room) {
        unsigned room = l->room ? l->room * 2 : 256;
        struct baseline_line *larger = realloc(l->lines, room * sizeof *larger);
        if (!larger) return false;
        l->lines = larger;
        l->room = room;
    }
    l->lines[l->count++] = *line;
    return true;
}

void baseline_lines_free(struct baseline_lines *l)
{
    free(l->lines);
    *l = (struct baseline_lines){0};
}

int baseline_compare(const struct baseline_line *a, const struct baseline_line *b)
{
    int order = 0;
    for (unsigned i = 0; !order && i < TEXTS; i++)
        order = strcmp((const char *)a + texts[i].at, (const char *)b + texts[i].at);
    return order;
}

static bool read_hours(const struct yaml_node *node, uint64_t *out, struct fault *fault)
{
    const char *text = NULL;
    if (!node) return true;
    if (!yaml_text(node, &text, fault)) return false;
    if (strlen(text) != 24 || strspn(text, "x.") != 24)
        return yaml_fault(node, fault, "24 characters, one an hour: x spoke, . did not");
    for (unsigned h = 0; h < 24; h++)
        if (text[h] == 'x') *out |= 1ull << h;
    return true;
}

static bool read_range(const struct yaml_node *node, struct baseline_line *l, struct fault *fault)
{
    if (!node) return true;
    if (!yaml_is_list(node, fault)) return false;
    if (node->count != 2) return yaml_fault(node, fault, "a range is [lowest, highest]");
    l->has_range = true;
    return yaml_double(node->first, -1e308, 1e308, &l->low, fault) &&
           yaml_double(node->first->next, -1e308, 1e308, &l->high, fault);
}

static bool read_line(const struct yaml_node *n, struct baseline_line *l, struct fault *fault)
{
    if (!yaml_keys(n, keys, fault)) return false;
    for (unsigned i = 0; i < TEXTS; i++) {
        const struct yaml_node *node = yaml_get(n, texts[i].name);
        const char *text = NULL;
        if (!node) continue;
        if (!yaml_text(node, &text, fault)) return false;
        size_t length = strlen(text);
        if (length >= texts[i].size) return yaml_fault(node, fault, "longer than %zu bytes", texts[i].size - 1);
        memcpy((char *)l + texts[i].at, text, length + 1);
    }
    l->line = n->line;
    l->state = BASELINE_ACCEPTED;
    l->settled = true;
    return yaml_bool(yaml_get(n, "settled"), &l->settled, fault) &&
           yaml_double(yaml_get(n, "period"), 0, 1e9, &l->period, fault) &&
           yaml_double(yaml_get(n, "longest"), 0, 1e9, &l->longest, fault) &&
           yaml_uint(yaml_get(n, "count"), 0, UINT64_MAX, &l->count, fault) &&
           yaml_choice(yaml_get(n, "state"), baseline_state_name, &l->state, fault) &&
           read_range(yaml_get(n, "range"), l, fault) && read_hours(yaml_get(n, "hours"), &l->hours, fault);
}

bool baseline_read(const char *path, struct baseline_lines *out, struct fault *fault)
{
    struct yaml *document = yaml_load_file(path, fault);
    const struct yaml_node *root = document ? yaml_root(document) : NULL;
    bool good = root && (root->kind == YAML_NULL || yaml_is_list(root, fault));
    for (const struct yaml_node *n = good ? root->first : NULL; good && n; n = n->next) {
        struct baseline_line line = {0};
        good = read_line(n, &line, fault) && (baseline_add(out, &line) || fault_set(fault, "out of memory"));
    }
    yaml_close(document);
    return good;
}

/* In quotes, escaped as YAML's double-quoted scalars are; what is no printable ASCII or UTF-8 becomes '?'. */
static void print_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, out);
    }
    fputc('"', out);
}

void baseline_print(const struct baseline_line *l, FILE *out)
{
    const char *between = "";
    fputs("- {", out);
    for (unsigned i = 0; i < TEXTS; i++) {
        const char *text = (const char *)l + texts[i].at;
        if (!*text) continue;
        fprintf(out, "%s%s: ", between, texts[i].name);
        print_text(out, text);
        between = ", ";
    }
    fprintf(out, "%ssettled: %s", between, l->settled ? "true" : "false");
    if (l->period > 0) fprintf(out, ", period: %.6g, longest: %.6g", l->period, l->longest);
    if (l->has_range) fprintf(out, ", range: [%.9g, %.9g]", l->low, l->high);
    if (l->hours) {
        fputs(", hours: \"", out);
        for (unsigned h = 0; h < 24; h++) fputc(l->hours >> h & 1 ? 'x' : '.', out);
        fputc('"', out);
    }
    fprintf(out, ", count: %llu, state: %s}\n", (unsigned long long)l->count, baseline_state_name[l->state]);
}

static int order(const void *a, const void *b) { return baseline_compare(a, b); }

bool baseline_write(const char *path, const struct baseline_lines *l, struct fault *fault)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return fault_set(fault, "%s: the path is too long", path);
    FILE *out = fopen(part, "w");
    if (!out) return fault_set(fault, "%s: %s", part, strerror(errno));
    if (l->count) qsort(l->lines, l->count, sizeof *l->lines, order);
    fputs("# SPDX-License-Identifier: Apache-2.0\n"
          "# 望楼基线：每行一项；核对后用 wanglou baseline accept 逐行确认，再签名。docs/baseline.md\n"
          "# What is normal in this plant, one thing a line; accept what is right, then sign it.\n",
          out);
    for (unsigned i = 0; i < l->count; i++) baseline_print(&l->lines[i], out);
    bool good = !ferror(out) && fflush(out) == 0 && fdatasync(fileno(out)) == 0;
    good = fclose(out) == 0 && good;
    return (good && rename(part, path) == 0) || fault_set(fault, "%s: %s", path, strerror(errno));
}

/* ---- signatures ---------------------------------------------------- */

static uint8_t *read_whole(const char *path, size_t *length, struct fault *fault)
{
    FILE *in = fopen(path, "rb");
    uint8_t *memory = in ? malloc(YAML_FILE_CAP + 1) : NULL;
    if (!in) fault_set(fault, "%s: %s", path, strerror(errno));
    if (in && !memory) fault_set(fault, "out of memory");
    *length = memory ? fread(memory, 1, YAML_FILE_CAP + 1, in) : 0;
    if (in) fclose(in);
    if (memory && *length <= YAML_FILE_CAP) return memory;
    if (memory) fault_set(fault, "%s: larger than a baseline may be", path);
    free(memory);
    return NULL;
}

bool baseline_sign(const char *path, const char *key_file, struct fault *fault)
{
    struct keys k;
    uint8_t signature[SIGNATURE];
    char text[2 * SIGNATURE], name[PATH_MAX];
    size_t length;
    if (!keys_load_secret(&k, key_file, fault)) return false;
    uint8_t *memory = read_whole(path, &length, fault);
    bool good = memory && crypto_sign_detached(signature, NULL, memory, length, k.sign_secret) == 0;
    free(memory);
    keys_forget(&k);
    if (!good) return false;
    sign_key_print(signature, sizeof signature, text, sizeof text);
    snprintf(name, sizeof name, "%s.sig", path);
    FILE *out = fopen(name, "w");
    good = out && fprintf(out, "%s\n", text) > 0;
    if (out && fclose(out) != 0) good = false;
    return good || fault_set(fault, "%s: %s", name, strerror(errno));
}

bool baseline_verify(const char *path, const char *public_file, struct fault *fault)
{
    struct keys k;
    uint8_t signature[SIGNATURE];
    char text[2 * SIGNATURE] = "", name[PATH_MAX];
    size_t length;
    if (!keys_load_public(&k, public_file, fault)) return false;
    snprintf(name, sizeof name, "%s.sig", path);
    FILE *in = fopen(name, "r");
    if (!in) return fault_set(fault, "%s: %s; sign the baseline: wanglou baseline sign", name, strerror(errno));
    bool read = fgets(text, sizeof text, in) != NULL;
    fclose(in);
    text[strcspn(text, "\r\n")] = 0;
    if (!read || !sign_key_parse(text, signature, sizeof signature))
        return fault_set(fault, "%s: not a signature", name);
    uint8_t *memory = read_whole(path, &length, fault);
    if (!memory) return false;
    bool good = crypto_sign_verify_detached(signature, memory, length, k.sign_public) == 0;
    free(memory);
    return good || fault_set(fault, "%s: changed since it was signed, or signed by another key than %s", path, k.name);
}
