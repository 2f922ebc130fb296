/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the report's HTML: text escaped, tables, figures with the mark of their evidence. */
#ifndef WANGLOU_COLLECTOR_REPORT_PAGE_H
#define WANGLOU_COLLECTOR_REPORT_PAGE_H

#include "collector/report/facts.h"
#include "common/yaml.h"

#include <stdio.h>

/* Text of unknown origin, escaped. */
void page_text(FILE *out, const char *text);
/* printf of markup; every %s of it must be our own text. */
void page_put(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Blocks that look the same in each format: a class for report.css, a style of paragraphs and one of characters of
 * models/report-document/styles.xml for DOCX (pandoc gives every paragraph of a cell the same style, so that there the
 * characters' counts). Ended by PAGE_END. */
#define PAGE_BLOCK(class, style)                                                                                       \
    "<div class=\"" class "\" data-custom-style=\"" style "\"><span data-custom-style=\"" style " Text\">"
#define PAGE_NOTE     PAGE_BLOCK("note", "Note")
#define PAGE_TODO     PAGE_BLOCK("todo", "To Do")
#define PAGE_CONFLICT PAGE_BLOCK("conflict", "Conflict")
#define PAGE_DIGEST   PAGE_BLOCK("hash", "Digest")
#define PAGE_TEXT     "<div><span>"
#define PAGE_END      "</span></div>"

/* Opens a table whose columns have these shares of its width. */
void page_table(FILE *out, const char *class, const unsigned *shares, unsigned columns);
/* Opens one of two columns, names and values. */
void page_pairs(FILE *out);
#define PAGE_TABLE_END "</tbody></table>"

/* A fact's number with its unit and the mark of its evidence; 「无数据」 when it is not known. */
void page_figure(FILE *out, const struct facts *facts, const char *key);
/* A fact's list as a table of at most `most` rows, with what is left out told; 「未发现」 when it is empty. */
void page_list(FILE *out, const struct facts *facts, const char *key, unsigned most);
/* "E07" as a link into the evidence index. */
void page_mark(FILE *out, const struct facts *facts, const struct fact *fact);
/* The plant's own block of the questionnaire: a mapping as two columns, a list of mappings as a table. */
void page_block(FILE *out, const struct yaml_node *block, const char *otherwise);

/* Chinese words for what the store keeps as a key: severities, categories, operation classes, verdicts. */
const char *page_word(const char *text);

#endif
