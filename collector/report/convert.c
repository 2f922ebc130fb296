/* SPDX-License-Identifier: Apache-2.0 */
/* Runs WeasyPrint and pandoc; a result is renamed into place when it is whole. */
#include "collector/report/convert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_ROOM = 1024, ARGUMENTS = 12 };

/* `{in}` and `{out}` stand for the files. */
static const struct format {
    const char *name, *program, *package;
    const char *arguments[ARGUMENTS];
} formats[] = {
    {"html", NULL, NULL, {NULL}},
    {"pdf", "weasyprint", "weasyprint", {"weasyprint", "-q", "{in}", "{out}", NULL}},
    {"docx",
     "pandoc",
     "pandoc",
     {"pandoc", "-f", "html", "-t", "docx", "--reference-doc", "{reference}", "-o", "{out}", "{in}", NULL}},
};

struct conversion {
    const struct format *format;
    FILE *out;
    char output[PATH_ROOM], html[PATH_ROOM], made[PATH_ROOM];
};

static bool installed(const char *program)
{
    char path[PATH_ROOM];
    const char *at = getenv("PATH");
    for (at = at ? at : "/usr/bin:/bin"; *at;) {
        size_t n = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)n, at, program);
        if (access(path, X_OK) == 0) return true;
        at += n + (at[n] == ':');
    }
    return false;
}

const char *const convert_formats[] = {"html", "pdf", "docx", NULL};

static const struct format *format_of(const char *name, struct fault *fault)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].name, name) == 0) return &formats[i];
    fault_set(fault, "format \"%s\": there are html, pdf and docx", name);
    return NULL;
}

bool convert_possible(const char *name, struct fault *fault)
{
    const struct format *format = format_of(name, fault);
    return format &&
           (!format->program || installed(format->program) ||
            fault_set(fault, "format %s needs %s, which is not installed: apt-get install %s (HTML needs nothing)",
                      name, format->program, format->package));
}

struct conversion *convert_begin(const char *format, const char *output, FILE **out, struct fault *fault)
{
    if (!convert_possible(format, fault)) return NULL;
    struct conversion *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->format = format_of(format, fault);
    bool fits = (size_t)snprintf(c->output, sizeof c->output, "%s", output) < sizeof c->output &&
                (size_t)snprintf(c->html, sizeof c->html, "%s.part.html", output) < sizeof c->html &&
                (size_t)snprintf(c->made, sizeof c->made, "%s.part.%s", output, format) < sizeof c->made;
    c->out = fits ? fopen(c->html, "w") : NULL;
    if (c->out) {
        *out = c->out;
        return c;
    }
    fault_set(fault, "%s: cannot be made: %s", output, fits ? strerror(errno) : "the path is too long");
    free(c);
    return NULL;
}

static const char *argument(const struct conversion *c, const char *text, char *reference, size_t room)
{
    if (strcmp(text, "{in}") == 0) return c->html;
    if (strcmp(text, "{out}") == 0) return c->made;
    if (strcmp(text, "{reference}") != 0) return text;
    /* Beside the models, in the source tree or where Debian puts data. */
    static const char *const places[] = {"/usr/share/wanglou/report-reference.docx",
                                         "collector/models/report-reference.docx"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (access(places[i], R_OK) == 0) {
            snprintf(reference, room, "%s", places[i]);
            return reference;
        }
    return NULL;
}

static bool run(const struct conversion *c, struct fault *fault)
{
    const char *arguments[ARGUMENTS];
    char reference[PATH_ROOM];
    unsigned n = 0;
    int status = 0;
    for (const char *const *a = c->format->arguments; *a; a++) {
        const char *text = argument(c, *a, reference, sizeof reference);
        if (text)
            arguments[n++] = text;
        else
            n--; /* no reference document: pandoc's own, and its option goes, too */
    }
    arguments[n] = NULL;
    pid_t child = fork();
    if (child == 0) {
        execvp(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) return fault_set(fault, "%s: %s", arguments[0], strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        return fault_set(fault, "%s ended with status %d; its words are above", arguments[0],
                         WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return true;
}

bool convert_end(struct conversion *c, bool written, struct fault *fault)
{
    bool good = written && !ferror(c->out);
    good = fclose(c->out) == 0 && good;
    if (written && !good) fault_set(fault, "%s: cannot be written: %s", c->html, strerror(errno));
    const char *made = c->format->program ? c->made : c->html;
    if (good && c->format->program) good = run(c, fault);
    if (good && rename(made, c->output)) good = fault_set(fault, "%s: %s", c->output, strerror(errno));
    unlink(c->html);
    if (!good) unlink(c->made);
    free(c);
    return good;
}
