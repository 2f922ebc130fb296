/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of a report: numbers and lists taken out of the store for a period, each with its evidence: what was asked
 * of which table, and the SHA-256 of every row of the answer, so that a figure on paper can be found again.
 *
 * The table in facts.c is the only place where a figure of the report comes from. */
#ifndef WANGLOU_COLLECTOR_REPORT_FACTS_H
#define WANGLOU_COLLECTOR_REPORT_FACTS_H

#include "common/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum { FACT_COLUMNS = 8, FACT_HASH = 64 };

/* What the table says of a fact. A number has no columns. */
struct fact_kind {
    const char *key;
    const char *title;   /* zh: what it is, and so how it was obtained */
    const char *columns; /* zh titles of a list, with |; NULL: a single number */
    const char *unit; /* zh, of a number: 次 个 小时 …; of a list: what is said when it is empty, NULL 未发现 */
    bool control;     /* from control.db, otherwise main.db */
    const char *sql;  /* ?1 ?2: first and last+1 ULID of the period; ?3 ?4: the same in microseconds; ?5 ?6: in days */
};

struct fact {
    const struct fact_kind *kind;
    bool known;   /* the question could be answered: a number with no row behind it is not */
    double value; /* of a number; of a list its rows, of which `rows` keeps the first */
    unsigned row_count;
    char ***rows; /* row_count rows of column texts, ended by NULL */
    unsigned columns;
    char hash[FACT_HASH + 1];
};

struct facts;

struct period {
    int64_t since_us, until_us; /* microseconds since 1970; until is exclusive */
};

/* Reads everything, each database read-only. `directory`: the collector's data. */
struct facts *facts_read(const char *directory, const struct period *period, struct fault *fault);
void facts_free(struct facts *facts);

bool facts_known(const char *key); /* does the table have it? */
/* NULL: there is no such fact. The number of a fact in the evidence index is its place, from 1. */
const struct fact *facts_get(const struct facts *facts, const char *key);
unsigned facts_number(const struct facts *facts, const struct fact *fact);
unsigned facts_count(const struct facts *facts);
const struct fact *facts_at(const struct facts *facts, unsigned index);
const struct period *facts_period(const struct facts *facts);

#endif
