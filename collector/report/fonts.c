/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the font by fontconfig's fc-match and cuts it down by fontTools, both of which WeasyPrint depends on. */
#include "collector/report/fonts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/report/scratch.h"

enum { FOUND_ROOM = 8192, OPTION_ROOM = SCRATCH_PATH + 32 };

/* The same families as in report.css. */
#define FAMILIES "Noto Sans CJK SC,Source Han Sans SC,SimHei,sans-serif"

static const struct face {
    const char *weight, *pattern, *file;
} faces[] = {
    {"400", FAMILIES ":lang=zh-cn", "regular.otf"},
    {"700", FAMILIES ":lang=zh-cn:bold", "bold.otf"},
};
enum { FACES = sizeof faces / sizeof *faces };

/* Of a collection the font's number; the upper half is that of an instance of a variable font. */
static bool find(const struct face *face, char file[SCRATCH_PATH], unsigned *number, bool *chinese)
{
    char found[FOUND_ROOM], *tab;
    *chinese = true;
    if (!program_read((const char *const[]){"fc-match", "-f", "%{file}\t%{index}\t%{lang}\n", face->pattern, NULL},
                      found, sizeof found) ||
        !(tab = strchr(found, '\t')) || (size_t)(tab - found) >= SCRATCH_PATH)
        return false;
    *tab = 0;
    memcpy(file, found, (size_t)(tab - found) + 1);
    *number = (unsigned)strtoul(tab + 1, &tab, 10) & 0xffff;
    *chinese = strstr(tab, "zh-cn"); /* in a list of languages */
    return true;
}

/* Debian's interpreter, for which Debian's fontTools is; another one of the PATH may not have it. */
static pid_t cut_down(const char *font, unsigned number, const char *folder, const char *page, const char *name)
{
    char index[OPTION_ROOM], text[OPTION_ROOM], out[OPTION_ROOM];
    snprintf(index, sizeof index, "--font-number=%u", number);
    snprintf(text, sizeof text, "--text-file=%s", page);
    snprintf(out, sizeof out, "--output-file=%s/%s", folder, name);
    return program_start((const char *const[]){"/usr/bin/python3", "-m", "fontTools.subset", font, index, text, out,
                                               "--layout-features=kern", "--no-hinting", "--desubroutinize", NULL},
                         -1);
}

bool fonts_prepare(const char *folder, const char *page, const char *name, struct fault *fault)
{
    char css[1024], font[SCRATCH_PATH];
    size_t used = 0;
    pid_t children[FACES];
    bool chinese = true;
    for (unsigned i = 0; i < FACES; i++) {
        unsigned number;
        bool fits;
        children[i] = find(&faces[i], font, &number, &fits) ? cut_down(font, number, folder, page, faces[i].file) : -1;
        chinese = chinese && fits;
    }
    css[0] = 0;
    for (unsigned i = 0; i < FACES; i++)
        if (program_end(children[i])) /* else WeasyPrint takes the whole font, and its time */
            used += (size_t)snprintf(css + used, sizeof css - used,
                                     "@font-face{font-family:\"" REPORT_FAMILY "\";font-weight:%s;src:url(%s)}\n",
                                     faces[i].weight, faces[i].file);
    if (!chinese) return fault_set(fault, "no font with Chinese is installed: apt-get install fonts-noto-cjk");
    return scratch_write(folder, name, css, used, fault);
}
