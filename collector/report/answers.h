/* SPDX-License-Identifier: Apache-2.0 */
/* The self-inspections of this node in control.db: for each year its template, the answer to each item with who gave it
 * and when, the blocks of the form, and the matter (service/matters.h) under which it is filled in, reviewed and
 * signed.
 *
 * An answer can be changed only while the inspection is being filled in. What goes in and out is one shape, the YAML of
 * docs/self-inspection.md: the report, the API and the file that an office keeps are read by the same code. */
#ifndef WANGLOU_COLLECTOR_REPORT_ANSWERS_H
#define WANGLOU_COLLECTOR_REPORT_ANSWERS_H

#include <stdio.h>

#include "collector/report/form.h"
#include "collector/service/matters.h"
#include "common/digest.h"

enum { INSPECTION_YEAR_LEAST = 2000, INSPECTION_YEAR_MOST = 2199, TEMPLATE_NAME_MAX = 31, ITEMS_MOST = 64 };

struct inspection_record {
    int year;
    char template_name[TEMPLATE_NAME_MAX + 1];
    char matter[ULID_LENGTH + 1];
    char state[MATTER_STATE_MAX + 1];
    unsigned answered;
    /* As judged at its last step: one of VERDICTS for each item, in the template's order; "" before the first. */
    char verdicts[ITEMS_MOST + 1];
};

/* Begins a year's inspection; false without a fault: there is one. */
bool inspection_begin(struct control *control, const struct signer *signer, int year, const char *template_name,
                      const char *author, int64_t now_us, struct fault *fault);
/* False without a fault: there is none. */
bool inspection_get(struct control *control, int year, struct inspection_record *record, struct fault *fault);
typedef bool inspection_row(void *context, const struct inspection_record *record);
/* The newest year first. Not to be asked for anything of control.db from within the row. */
bool inspection_list(struct control *control, inspection_row *row, void *context, struct fault *fault);
bool inspection_set_verdicts(struct control *control, int year, const char *verdicts, struct fault *fault);

struct answers_taken {
    unsigned items, blocks;
};
/* Takes what the document answers; the rest stays. ANSWERS_WRONG: the fault tells where in the document. */
enum answers_result { ANSWERS_DONE, ANSWERS_WRONG, ANSWERS_CLOSED, ANSWERS_FAILED };
enum answers_result answers_put(struct control *control, const struct inspection_record *record,
                                const struct inspection *inspection, const struct yaml_node *root, const char *user,
                                int64_t now_us, struct answers_taken *taken, struct fault *fault);

/* Who gave the answer to an item, and when; by the item's number. */
struct answer_mark {
    uint64_t item;
    char user[MATTER_PERSON_MAX + 1];
    int64_t time_us;
};
bool answers_marks(sqlite3 *control, int year, struct answer_mark marks[ITEMS_MOST], unsigned *count,
                   struct fault *fault);

/* The answers of a year as YAML, over an open control.db. A year's `last_year` that nobody filled in is what the year
 * before planned. */
bool answers_write(sqlite3 *control, int year, FILE *out, struct fault *fault);
/* The same, read; with the SHA-256 of the text in hex when `hash` is given. */
enum { ANSWERS_HASH = DIGEST_TEXT };
struct yaml *answers_read(sqlite3 *control, int year, char hash[ANSWERS_HASH + 1], struct fault *fault);
/* The template of a year's inspection, to be freed by free(); NULL: there is none. */
char *answers_template(sqlite3 *control, int year);
/* From a file that an office keeps. */
struct yaml *answers_load(const char *path, const struct inspection *inspection, struct fault *fault);

/* How far the signing has come, for the report. */
struct sign_off {
    char state[MATTER_STATE_MAX + 1]; /* "": there is no inspection of that year on the record */
    char filled_by[MATTER_PERSON_MAX + 1], reviewed_by[MATTER_PERSON_MAX + 1], signed_by[MATTER_PERSON_MAX + 1];
    char signatory[MATTER_TITLE_MAX + 1];
    int64_t filled_us, reviewed_us, signed_us;
};
bool answers_sign_off(sqlite3 *control, int year, struct sign_off *off, struct fault *fault);

#endif
