/* SPDX-License-Identifier: Apache-2.0 */
/* Runs WeasyPrint and pandoc over the page in a directory of its own; the results are renamed into place when all are
 * whole. */
#include "collector/report/convert.h"

#include <errno.h>
#include <libgen.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/report/document.h"
#include "collector/report/fonts.h"
#include "collector/report/scratch.h"

enum { NEEDS = 2, ARGUMENTS = 12, FORMATS = 3 };

#define PAGE "page.html"

static bool prepare_pdf(const char *folder, struct fault *fault)
{
    char page[SCRATCH_PATH];
    scratch_path(folder, PAGE, page);
    return fonts_prepare(folder, page, "fonts.css", fault);
}

static bool prepare_docx(const char *folder, struct fault *fault)
{
    char page[SCRATCH_PATH];
    scratch_path(folder, PAGE, page);
    return document_prepare(folder, page, "document.html", "reference.docx", fault);
}

/* Arguments that begin with @ are names in the directory. */
static const struct format {
    const char *name;
    struct {
        const char *program, *package;
    } needs[NEEDS + 1];
    bool (*prepare)(const char *folder, struct fault *fault);
    const char *made, *arguments[ARGUMENTS];
} formats[FORMATS] = {
    {"html", {{NULL, NULL}}, NULL, PAGE, {NULL}},
    {"pdf",
     {{"weasyprint", "weasyprint"}},
     prepare_pdf,
     "made.pdf",
     /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): "@" and the name are one word */
     {"weasyprint", "-q", "-s", "@fonts.css", "@" PAGE, "@made.pdf", NULL}},
    {"docx",
     {{"pandoc", "pandoc"}, {"rsvg-convert", "librsvg2-bin"}},
     prepare_docx,
     "made.docx",
     {"pandoc", "-f", "html", "-t", "docx", "--reference-doc", "@reference.docx", "-o", "@made.docx", "@document.html",
      NULL}},
};
const char *const convert_formats[] = {"html", "pdf", "docx", NULL};

struct conversion {
    bool wanted[FORMATS];
    unsigned count;
    FILE *out;
    char output[SCRATCH_PATH], folder[SCRATCH_PATH];
};

static bool installed(const char *program)
{
    char path[SCRATCH_PATH];
    const char *at = getenv("PATH");
    for (at = at ? at : "/usr/bin:/bin"; *at;) {
        size_t n = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)n, at, program);
        if (access(path, X_OK) == 0) return true;
        at += n + (at[n] == ':');
    }
    return false;
}

static bool possible(const struct format *format, struct fault *fault)
{
    for (unsigned i = 0; format->needs[i].program; i++)
        if (!installed(format->needs[i].program))
            return fault_set(fault,
                             "format %s needs %s, which is not installed: apt-get install %s (HTML needs nothing)",
                             format->name, format->needs[i].program, format->needs[i].package);
    return true;
}

static bool choose(const char *names, struct conversion *c, struct fault *fault)
{
    for (const char *at = names; at; at = strchr(at, ',')) {
        at += *at == ',';
        size_t n = strcspn(at, ",");
        unsigned i = 0;
        while (i < FORMATS && !(strlen(formats[i].name) == n && strncmp(formats[i].name, at, n) == 0)) i++;
        if (i == FORMATS) return fault_set(fault, "format \"%.*s\": there are html, pdf and docx", (int)n, at);
        if (!possible(&formats[i], fault)) return false;
        c->count += !c->wanted[i];
        c->wanted[i] = true;
    }
    return true;
}

bool convert_possible(const char *names, struct fault *fault)
{
    struct conversion none = {.count = 0};
    return choose(names, &none, fault);
}

struct conversion *convert_begin(const char *names, const char *output, FILE **out, struct fault *fault)
{
    struct conversion *c = calloc(1, sizeof *c);
    char parent[SCRATCH_PATH], page[SCRATCH_PATH];
    if (!c) abort();
    bool good = choose(names, c, fault);
    if (good && (size_t)snprintf(c->output, sizeof c->output, "%s", output) >= sizeof c->output)
        good = fault_set(fault, "%.64s…: the path is too long", output);
    snprintf(parent, sizeof parent, "%s", output);
    if (good && scratch_open(dirname(parent), c->folder, fault)) {
        scratch_path(c->folder, PAGE, page);
        if ((c->out = fopen(page, "w"))) {
            *out = c->out;
            return c;
        }
        fault_set(fault, "%s: cannot be made: %s", output, strerror(errno));
        scratch_close(c->folder);
    }
    free(c);
    return NULL;
}

/* In a child of its own, beside the other formats. */
static int make(const struct format *format, const char *folder)
{
    char paths[ARGUMENTS][SCRATCH_PATH];
    const char *arguments[ARGUMENTS];
    struct fault fault = {""};
    unsigned n = 0;
    if (!format->prepare(folder, &fault)) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    for (; format->arguments[n]; n++) {
        bool inside = format->arguments[n][0] == '@';
        if (inside) scratch_path(folder, format->arguments[n] + 1, paths[n]);
        arguments[n] = inside ? paths[n] : format->arguments[n];
    }
    arguments[n] = NULL;
    if (!n) return 127;
    execvp(arguments[0], (char *const *)arguments);
    return 127;
}

static bool make_all(const struct conversion *c, struct fault *fault)
{
    pid_t children[FORMATS] = {0};
    bool good = true;
    for (unsigned i = 0; i < FORMATS; i++) {
        if (!c->wanted[i] || !formats[i].prepare) continue;
        if ((children[i] = fork()) == 0) _exit(make(&formats[i], c->folder));
        if (children[i] > 0) continue;
        good = fault_set(fault, "format %s: no process for it: %s", formats[i].name, strerror(errno));
        children[i] = 0;
    }
    for (unsigned i = 0; i < FORMATS; i++)
        if (children[i] && !program_end(children[i]))
            good = fault_set(fault, "format %s could not be made; %s has said why above", formats[i].name,
                             formats[i].arguments[0]);
    return good;
}

static bool move_all(const struct conversion *c, struct fault *fault)
{
    char from[SCRATCH_PATH], to[SCRATCH_PATH + 8];
    for (unsigned i = 0; i < FORMATS; i++) {
        if (!c->wanted[i]) continue;
        scratch_path(c->folder, formats[i].made, from);
        snprintf(to, sizeof to, "%s%s%s", c->output, c->count > 1 ? "." : "", c->count > 1 ? formats[i].name : "");
        if (rename(from, to)) return fault_set(fault, "%s: %s", to, strerror(errno));
    }
    return true;
}

bool convert_end(struct conversion *c, bool written, struct fault *fault)
{
    bool good = written && !ferror(c->out);
    good = fclose(c->out) == 0 && good;
    if (written && !good) fault_set(fault, "%s: cannot be written: %s", c->output, strerror(errno));
    good = good && make_all(c, fault) && move_all(c, fault);
    scratch_close(c->folder);
    free(c);
    return good;
}
