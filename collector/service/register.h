/* SPDX-License-Identifier: Apache-2.0 */
/* The register of enterprises under classified and graded management (工业互联网安全分类分级管理办法): class, grades,
 * factors, the two people responsible, and when the next assessment is due, by collector/models/grading.yaml. */
#ifndef WANGLOU_COLLECTOR_SERVICE_REGISTER_H
#define WANGLOU_COLLECTOR_SERVICE_REGISTER_H

#include <jansson.h>

#include "collector/service/control.h"

enum { DATE_LENGTH = 10, GRADES_MOST = 8 };

/* The date where the collector stands, at this time. */
void date_of(int64_t time_us, char out[DATE_LENGTH + 1]);
/* "2024-02-29" and 12 months: "2025-02-28", the last day where the month is shorter. False: it is no date. */
bool date_add_months(const char *date, unsigned months, char out[DATE_LENGTH + 1]);

/* Months from one assessment to the next; 0: none is due. The whole model as JSON for who shows it. */
unsigned grading_months(unsigned grade);
const json_t *grading_model(struct fault *fault);
bool grading_knows_class(const char *name);

/* What the factors of an enterprise's form come to. A factor that nobody scored may be anything: then the sum lies
 * between two numbers, and a grade is proposed only when both have the same. */
enum { FACTORS_MOST = 16 };
struct grading_part {
    const char *name, *zh, *en;
    int64_t value;         /* -1: not scored */
    double weight, points; /* share of the whole; value × weight */
};
struct grading_score {
    struct grading_part parts[FACTORS_MOST];
    unsigned count, missing;
    double least, most;
    unsigned grade; /* 0: none can be proposed */
};
void grading_propose(const json_t *document, struct grading_score *score);
/* The controls that a grade asks for: an array of {zh, en, items}; NULL: no such grade. */
const json_t *grading_controls(unsigned grade);

struct enterprise {
    int64_t number;
    const char *name, *class, *node;     /* node: its collector's name, "" unknown */
    unsigned self_grade, verified_grade; /* 0: not yet */
    const char *assessed;                /* date of the last assessment; "" never */
    const char *document;                /* JSON: the rest of the form */
    char due[DATE_LENGTH + 1];           /* "" : none is due */
    bool overdue, never;                 /* never: one is asked for, and there was none yet */
};
/* The grade that counts: the verified one, or else one's own. */
static inline unsigned enterprise_grade(const struct enterprise *e)
{
    return e->verified_grade ? e->verified_grade : e->self_grade;
}
/* Fills due, overdue and never; `today` is a date. */
void enterprise_due(struct enterprise *enterprise, const char *today);

/* A new one, or (name and class are known) the same with new values; its number, 0 on a fault. */
int64_t register_put(struct control *control, const struct enterprise *enterprise, const char *user, int64_t now_us,
                     struct fault *fault);
typedef bool enterprise_row(void *context, const struct enterprise *enterprise);
/* By name; `number` 0: all; `overdue`: those alone that are overdue or were never assessed. */
bool register_list(struct control *control, int64_t number, bool overdue, const char *today, enterprise_row *row,
                   void *context, struct fault *fault);

#endif
