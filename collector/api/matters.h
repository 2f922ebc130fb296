/* SPDX-License-Identifier: Apache-2.0 */
/* What the rooms of warnings, tasks, tickets and cases share: lists, one with its steps, the step itself. */
#ifndef WANGLOU_COLLECTOR_API_MATTERS_H
#define WANGLOU_COLLECTOR_API_MATTERS_H

#include "collector/api/routes.h"
#include "collector/service/work.h"

void matters_show_list(struct request *request, struct reply *reply, unsigned kinds);
/* `more` writes what this kind has besides; may be NULL. */
typedef void matter_more(struct request *request, struct reply *reply, const struct matter *matter);
void matters_show_one(struct request *request, struct reply *reply, unsigned kinds, matter_more *more);
/* The members "matter", "actions" and "steps" of the matter with this id. */
void matters_put_standing(struct request *request, struct reply *reply, const char *id);
/* The person's own key, or for a machine the node's. */
struct signer request_signer(const struct request *request);
/* Begins one from the body; `level`, `owner`, `due` are the caller's. */
void matters_create(struct request *request, struct reply *reply, enum matter_kind kind, unsigned level);
/* Takes the step that the body asks for. */
void matters_take(struct request *request, struct reply *reply, unsigned kinds);
/* The matter of the request's id, when it is of these kinds; otherwise the reply is filled. */
bool matters_find(struct request *request, struct reply *reply, unsigned kinds, struct matter *matter);

/* matter_at: "at", as of which time something is overdue. */
extern const struct parameter matter_filters[], matter_at[];

/* The legal clocks of a confirmed incident, of this node or of one below (cases.c); how many there are. */
unsigned case_clocks(struct request *request, const struct matter *matter, int64_t at_us,
                     struct clock_state clocks[CLOCKS_MOST]);
unsigned cases_below_clocks(const struct levels *levels, const struct case_below *below, int64_t at_us,
                            struct clock_state clocks[CLOCKS_MOST]);

#endif
