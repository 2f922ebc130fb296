/* SPDX-License-Identifier: Apache-2.0 */
/* DOCX (ECMA-376) cannot rely on SVG, which office programs before 2016 and LibreOffice do not show as pandoc 2.17
 * embeds it. The reference document is a ZIP (PKWARE APPNOTE 6.3.10, method 0: stored) of the XML in
 * collector/models/report-document/. */
#include "collector/report/document.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/report/scratch.h"
#include "common/embed.h"

EMBED(report_docx_types, "collector/models/report-document/content-types.xml")
EMBED(report_docx_rels, "collector/models/report-document/rels.xml")
EMBED(report_docx_document, "collector/models/report-document/document.xml")
EMBED(report_docx_document_rels, "collector/models/report-document/document-rels.xml")
EMBED(report_docx_styles, "collector/models/report-document/styles.xml")
EMBED(report_docx_settings, "collector/models/report-document/settings.xml")
EMBED(report_docx_fonts, "collector/models/report-document/font-table.xml")
EMBED(report_docx_theme, "collector/models/report-document/theme.xml")
EMBED(report_docx_footer, "collector/models/report-document/footer.xml")
EMBED(report_docx_web, "collector/models/report-document/web-settings.xml")

static const struct part {
    const char *name, *text, *end;
} parts[] = {
    {"[Content_Types].xml", report_docx_types, report_docx_types_end},
    {"_rels/.rels", report_docx_rels, report_docx_rels_end},
    {"word/document.xml", report_docx_document, report_docx_document_end},
    {"word/_rels/document.xml.rels", report_docx_document_rels, report_docx_document_rels_end},
    {"word/styles.xml", report_docx_styles, report_docx_styles_end},
    {"word/settings.xml", report_docx_settings, report_docx_settings_end},
    {"word/fontTable.xml", report_docx_fonts, report_docx_fonts_end},
    {"word/theme/theme1.xml", report_docx_theme, report_docx_theme_end},
    {"word/footer1.xml", report_docx_footer, report_docx_footer_end},
    {"word/webSettings.xml", report_docx_web, report_docx_web_end},
};
enum { PARTS = sizeof parts / sizeof *parts };

/* ---- the reference document ---- */

/* CRC-32 of ISO 3309, reflected polynomial EDB88320. */
static uint32_t checksum(const char *bytes, size_t length)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static void little(FILE *out, uint32_t value, int octets)
{
    for (; octets--; value >>= 8) fputc((int)(value & 0xff), out);
}

enum { LOCAL_HEADER = 0x04034b50, CENTRAL_HEADER = 0x02014b50, END_OF_CENTRAL = 0x06054b50, VERSION = 20 };
#define DOS_DATE 0x0021 /* 1980-01-01, so that the same report is the same file */

/* From "version needed" to the lengths: the same in a local and in a central header (4.3.7, 4.3.12). */
static void describe(FILE *out, const struct part *part)
{
    uint32_t length = (uint32_t)(part->end - part->text);
    little(out, VERSION, 2);
    little(out, 0, 2); /* flags */
    little(out, 0, 2); /* stored */
    little(out, 0, 2); /* time */
    little(out, DOS_DATE, 2);
    little(out, checksum(part->text, length), 4);
    little(out, length, 4);
    little(out, length, 4);
    little(out, (uint32_t)strlen(part->name), 2);
    little(out, 0, 2); /* extra field */
}

static void write_zip(FILE *out)
{
    long at[PARTS], directory, end;
    for (unsigned i = 0; i < PARTS; i++) {
        at[i] = ftell(out);
        little(out, LOCAL_HEADER, 4);
        describe(out, &parts[i]);
        fputs(parts[i].name, out);
        fwrite(parts[i].text, 1, (size_t)(parts[i].end - parts[i].text), out);
    }
    directory = ftell(out);
    for (unsigned i = 0; i < PARTS; i++) {
        little(out, CENTRAL_HEADER, 4);
        little(out, VERSION, 2);
        describe(out, &parts[i]);
        little(out, 0, 2); /* comment */
        little(out, 0, 2); /* disk */
        little(out, 0, 2); /* attributes */
        little(out, 0, 4);
        little(out, (uint32_t)at[i], 4);
        fputs(parts[i].name, out);
    }
    end = ftell(out);
    little(out, END_OF_CENTRAL, 4);
    little(out, 0, 4); /* disks */
    little(out, PARTS, 2);
    little(out, PARTS, 2);
    little(out, (uint32_t)(end - directory), 4);
    little(out, (uint32_t)directory, 4);
    little(out, 0, 2);
}

/* ---- the page ---- */

static char *whole(const char *path, struct fault *fault)
{
    FILE *file = fopen(path, "r");
    long length = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (text) {
        rewind(file);
        text[fread(text, 1, (size_t)length, file)] = 0;
    } else {
        fault_set(fault, "%s: %s", path, strerror(errno));
    }
    if (file) fclose(file);
    return text;
}

/* The SVG from `begin` to `end` as PNG of twice its size, and an element that shows it in its own. */
static bool picture(FILE *out, const char *folder, const char *begin, const char *end, unsigned number,
                    struct fault *fault)
{
    char svg[32], png[32], from[SCRATCH_PATH], to[SCRATCH_PATH];
    unsigned width = 0, height = 0;
    const char *box = strstr(begin, "viewBox=\"");
    snprintf(svg, sizeof svg, "%u.svg", number);
    snprintf(png, sizeof png, "%u.png", number);
    scratch_path(folder, svg, from);
    scratch_path(folder, png, to);
    if (!box || box > end || sscanf(box, "viewBox=\"0 0 %u %u\"", &width, &height) != 2)
        return fault_set(fault, "a picture without its size");
    if (!scratch_write(folder, svg, begin, (size_t)(end - begin), fault)) return false;
    if (!program_run((const char *const[]){"rsvg-convert", "-z", "2", "-o", to, from, NULL}))
        return fault_set(fault, "rsvg-convert failed; its words are above");
    fprintf(out, "<div data-custom-style=\"Picture\"><p><img src=\"%s\" width=\"%u\" height=\"%u\"></p></div>", to,
            width, height);
    return true;
}

/* The title is on the cover already. */
static bool rewrite(FILE *out, const char *folder, const char *text, struct fault *fault)
{
    static const struct {
        const char *begin, *end;
    } marks[] = {{"<svg ", "</svg>"}, {"<title>", "</title>"}, {"<style>", "</style>"}};
    unsigned pictures = 0;
    for (;;) {
        const char *next = NULL, *end = NULL;
        unsigned kind = 0;
        for (unsigned i = 0; i < sizeof marks / sizeof *marks; i++) {
            const char *at = strstr(text, marks[i].begin);
            if (at && (!next || at < next)) next = at, kind = i;
        }
        if (!next || !(end = strstr(next, marks[kind].end))) break;
        end += strlen(marks[kind].end);
        fwrite(text, 1, (size_t)(next - text), out);
        if (kind == 0 && !picture(out, folder, next, end, ++pictures, fault)) return false;
        text = end;
    }
    fputs(text, out);
    return true;
}

bool document_prepare(const char *folder, const char *page, const char *html, const char *reference,
                      struct fault *fault)
{
    char path[SCRATCH_PATH];
    char *text = whole(page, fault);
    if (!text) return false;
    scratch_path(folder, html, path);
    FILE *out = fopen(path, "w");
    bool good = out && rewrite(out, folder, text, fault);
    if (out) good = fclose(out) == 0 && good;
    free(text);
    scratch_path(folder, reference, path);
    out = good ? fopen(path, "w") : NULL;
    if (out) {
        write_zip(out);
        good = fclose(out) == 0;
    }
    if (!good && !fault->text[0]) fault_set(fault, "%s: cannot be written: %s", path, strerror(errno));
    return good && out;
}
