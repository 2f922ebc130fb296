/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files of Suricata and Snort rules into YAML (import.h): what a reader is told, numbers that are free, and the
 * loader's own word on every rule. */
#include "signatures/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "signatures/rule.h"

enum { FIRST_FREE_SID = 8000000, SIDS = 65536, FILE_CAP = 64 << 20 };

struct importer {
    struct region memory;
    const char *variables[IMPORT_VARIABLES];
    unsigned variable_count;
    uint32_t sids[SIDS];
    unsigned sid_count, next_free;
    FILE *out, *told;
    struct import_result *result;
};

/* ---- what a reader is told --------------------------------------- */

static const char *option(const struct import_rule *r, const char *name)
{
    for (unsigned i = 0; i < r->option_count; i++)
        if (strcmp(r->options[i].name, name) == 0) return r->options[i].value;
    return NULL;
}

static void put_quoted(FILE *out, const char *text, size_t length)
{
    fputc('"', out);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\' && i + 1 < length) continue; /* an escape of the rule's own */
        if (text[i] == '"') fputc('\\', out);
        if ((unsigned char)text[i] >= ' ') fputc(text[i], out);
    }
    fputc('"', out);
}

static void put_message(FILE *out, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n >= 2 && text[0] == '"' && text[n - 1] == '"')
        put_quoted(out, text + 1, n - 2);
    else
        put_quoted(out, n ? text : "imported rule", n ? n : 13);
}

static const struct {
    const char *word, *category;
} categories_by_class[] = {
    {"recon", "reconnaissance"},
    {"dos", "denial-of-service"},
    {"denial", "denial-of-service"},
    {"trojan", "malware"},
    {"malware", "malware"},
    {"coin", "mining"},
    {"admin", "exploit"},
    {"user", "exploit"},
    {"attack", "exploit"},
    {"shellcode", "exploit"},
    {"exploit", "exploit"},
    {"credential", "credential-attack"},
    {"policy", "unauthorised-use"},
    {"bad-unknown", "abnormal-access"},
    {"misc", "abnormal-access"},
    {"successful", "abnormal-access"},
};

static const char *category_of(const struct import_rule *r)
{
    const char *class = option(r, "classtype");
    for (unsigned i = 0; class && i < sizeof categories_by_class / sizeof *categories_by_class; i++)
        if (strstr(class, categories_by_class[i].word)) return categories_by_class[i].category;
    return "abnormal-traffic";
}

static const char *severity_of(const struct import_rule *r)
{
    static const char *const names[] = {"medium", "high", "medium", "low"};
    const char *priority = option(r, "priority");
    unsigned long value = priority ? strtoul(priority, NULL, 10) : 0;
    return names[value > 3 ? 3 : value];
}

static void put_references(FILE *out, const struct import_rule *r)
{
    unsigned count = 0;
    for (unsigned i = 0; i < r->option_count; i++) {
        const char *value = r->options[i].value, *comma = strchr(value, ',');
        bool url = strncmp(value, "url,", 4) == 0, cve = strncmp(value, "cve,", 4) == 0;
        if (strcmp(r->options[i].name, "reference") != 0 || !comma || !(url || cve)) continue;
        const char *rest = comma + 1 + strspn(comma + 1, " ");
        const char *before = url ? "url:http://" : "cve:CVE-";
        if (url && strncmp(rest, "http", 4) == 0) before = "url:";
        if (cve && strncmp(rest, "CVE-", 4) == 0) rest += 4;
        fprintf(out, "%s\"%s%s\"", count++ ? ", " : "  references: [", before, rest);
    }
    if (count) fprintf(out, "]\n");
}

/* ---- numbers ----------------------------------------------------- */

static uint32_t sid_for(struct importer *im, uint32_t wanted)
{
    for (unsigned i = 0; i < im->sid_count; i++)
        if (im->sids[i] == wanted || !wanted) {
            wanted = FIRST_FREE_SID + im->next_free++;
            i = UINT32_MAX; /* ask again from the start */
        }
    if (!wanted) wanted = FIRST_FREE_SID + im->next_free++;
    if (im->sid_count < SIDS) im->sids[im->sid_count++] = wanted;
    return wanted;
}

/* ---- the rule ---------------------------------------------------- */

static void put_place(FILE *out, const struct import_step *s)
{
    bool relative = s->distance || s->within;
    if (s->literal && relative) {
        if (s->distance) fprintf(out, ", distance: %s", s->distance);
        if (s->within) fprintf(out, ", within: %s", s->within);
        if (!s->distance && !s->within) fprintf(out, ", relative: true");
        return;
    }
    if (s->offset || s->base) {
        bool fixed = !s->base || !s->offset || strspn(s->offset, "0123456789") == strlen(s->offset);
        if (s->base && fixed)
            fprintf(out, ", offset: %lu", s->base + (s->offset ? strtoul(s->offset, NULL, 10) : 0));
        else if (s->offset)
            fprintf(out, ", offset: %s", s->offset);
    }
    if (s->depth) fprintf(out, ", depth: %s", s->depth);
    if (s->relative) fprintf(out, ", relative: true");
}

static void put_steps(FILE *out, const struct import_work *w)
{
    for (unsigned i = 0; i < w->step_count; i++) {
        const struct import_step *s = &w->steps[i];
        fprintf(out, "%s      - {%s", i ? "" : "    steps:\n", s->body);
        put_place(out, s);
        if (s->nocase) fprintf(out, ", nocase: true");
        if (s->at_end) fprintf(out, ", end: true");
        if (s->absent) fprintf(out, ", absent: true");
        if (s->field) fprintf(out, ", in: %s", s->field);
        fprintf(out, "}\n");
    }
}

static void put_payload(FILE *out, const struct import_work *w)
{
    bool any = w->step_count || w->established || w->direction || w->least || w->most;
    if (!any && w->message) return;
    fprintf(out, "  payload:\n    of: %s\n", w->message ? "pdu" : "packet");
    if (w->established) fprintf(out, "    established: true\n");
    if (w->direction) fprintf(out, "    direction: %s\n", w->direction == 1 ? "to_server" : "to_client");
    if (w->least || w->most) {
        fprintf(out, "    size: {");
        if (w->least) fprintf(out, "least: %u", w->least);
        if (w->most) fprintf(out, "%smost: %u", w->least ? ", " : "", w->most);
        fprintf(out, "}\n");
    }
    put_steps(out, w);
}

static void put_marks(FILE *out, const struct import_work *w)
{
    static const char *const names[] = {"need", "absent", "set", "clear"};
    if (w->mark_party) fprintf(out, "  marks:\n    of: %s\n", w->mark_party);
    for (unsigned i = 0; i < 4; i++)
        if (*w->marks[i]) fprintf(out, "    %s: [%s]\n", names[i], w->marks[i]);
    if (w->silent) fprintf(out, "  silent: true\n");
}

static void put_rule(FILE *out, const struct import_work *w, uint32_t sid)
{
    const struct import_rule *r = w->rule;
    const char *revision = option(r, "rev"), *theirs = option(r, "sid");
    unsigned long number = revision ? strtoul(revision, NULL, 10) : 1;
    fprintf(out, "- id: imported-%u\n  sid: %u\n  revision: %lu\n  name: ", sid, sid, number ? number : 1);
    put_message(out, option(r, "msg"));
    fprintf(out, "\n  description: \"%s:%u, sid %s\"\n", r->file, r->line, theirs ? theirs : "-");
    fprintf(out, "  severity: %s\n  category: %s\n", severity_of(r), category_of(r));
    put_references(out, r);
    if (*w->where) fprintf(out, "  where: >-\n    %s\n", w->where);
    put_payload(out, w);
    put_marks(out, w);
    if (*w->count) fprintf(out, "  count: %s\n", w->count);
    if (*w->quiet) fprintf(out, "  quiet: %s\n", w->quiet);
    fprintf(out, "\n");
}

/* Keywords that only inform, or that only make another engine faster. */
static const char *const told_only[] = {"msg",      "sid",       "rev",     "gid", "classtype", "reference",
                                        "priority", "metadata",  "target",  "tag", "logto",     "session",
                                        "noalert",  "prefilter", "service", "rem", "soid"};

static bool take_option(struct import_work *w, const struct import_option *o)
{
    static bool (*const rooms[])(struct import_work *, const struct import_option *,
                                 bool *) = {import_bytes, import_fields, import_limits};
    bool taken = false;
    if (strcmp(o->name, "noalert") == 0) w->silent = true;
    for (unsigned i = 0; i < sizeof told_only / sizeof *told_only; i++)
        if (strcmp(told_only[i], o->name) == 0) return true;
    for (unsigned i = 0; !taken && i < sizeof rooms / sizeof *rooms; i++)
        if (!rooms[i](w, o, &taken)) return false;
    return taken ? true : import_no(w, "%s", o->name);
}

static bool convert(struct import_work *w)
{
    if (!import_header(w)) return false;
    for (unsigned i = 0; i < w->rule->option_count; i++)
        if (!take_option(w, &w->rule->options[i])) return false;
    return true;
}

/* Would a sensor take it? */
static bool loads(struct importer *im, const char *text, size_t length, struct fault *why)
{
    struct filter_set list[IMPORT_VARIABLES] = {{NULL}};
    struct region memory = {0};
    struct rule rule = {0};
    struct rule_body body = {0};
    struct filter_sets sets = {list, im->variable_count};
    struct loader l = {.memory = &memory, .sets = &sets, .fault = why};
    for (unsigned i = 0; i < im->variable_count; i++) list[i].name = im->variables[i];
    struct yaml *document = yaml_load_text("rule", text, length, why);
    bool good = document && rule_load(&l, yaml_root(document)->first, &rule, &body);
    rule_release(&body);
    region_free(&memory);
    yaml_close(document);
    return good;
}

/* The loader's own fault names a place in the YAML that nobody sees: an expression's is the pcre's. */
static void tell_refused(FILE *out, const struct import_rule *r, const char *sid, const char *why)
{
    const char *expression = strstr(why, "this expression cannot");
    fprintf(out, "%s:%u: sid %s: %s%s\n", r->file, r->line, sid ? sid : "-", expression ? "pcre: " : "",
            expression ? expression : why);
}

static void take(void *context, struct import_rule *r, struct fault *bad)
{
    struct importer *im = context;
    struct fault why = {""};
    static struct import_work w;
    w = (struct import_work){.memory = &im->memory,
                             .rule = r,
                             .why = &why,
                             .variables = im->variables,
                             .variable_count = &im->variable_count};
    char *text = NULL;
    size_t length = 0;
    bool good = !bad && convert(&w);
    im->result->rules++;
    if (bad) why = *bad;
    FILE *f = good ? open_memstream(&text, &length) : NULL;
    const char *sid = option(r, "sid");
    if (f) put_rule(f, &w, sid_for(im, sid ? (uint32_t)strtoul(sid, NULL, 10) : 0));
    if (f) fclose(f);
    if (good) good = text && loads(im, text, length, &why);
    if (good && im->out) fwrite(text, 1, length, im->out);
    if (good)
        im->result->taken++;
    else if (im->told)
        tell_refused(im->told, r, sid, why.text);
    free(text);
}

static char *read_file(const char *path, struct fault *fault)
{
    FILE *f = fopen(path, "rb");
    char *text = f ? calloc(1, FILE_CAP + 1) : NULL;
    size_t n = text ? fread(text, 1, FILE_CAP + 1, f) : 0;
    if (!f) fault_set(fault, "%s: %s", path, strerror(errno));
    if (f) fclose(f);
    if (n > FILE_CAP) {
        fault_set(fault, "%s: longer than %d MB", path, FILE_CAP >> 20);
        free(text);
        return NULL;
    }
    return text;
}

bool import_files(const char *const *files, unsigned count, FILE *out, FILE *sets, FILE *told,
                  struct import_result *result, struct fault *fault)
{
    struct importer *im = calloc(1, sizeof *im);
    bool good = im != NULL;
    if (!im) return fault_set(fault, "out of memory");
    im->out = out;
    im->told = told;
    im->result = result;
    for (unsigned i = 0; good && i < count; i++) {
        char *text = read_file(files[i], fault);
        good = text != NULL;
        if (text) import_text(files[i], text, take, im);
        free(text);
    }
    for (unsigned i = 0; sets && i < im->variable_count; i++) fprintf(sets, "%s: []\n", im->variables[i]);
    region_free(&im->memory);
    free(im);
    return good;
}
