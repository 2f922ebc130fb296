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
