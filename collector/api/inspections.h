/* SPDX-License-Identifier: Apache-2.0 */
/* What the rooms of the self-inspection share. */
#ifndef WANGLOU_COLLECTOR_API_INSPECTIONS_H
#define WANGLOU_COLLECTOR_API_INSPECTIONS_H

#include "collector/api/routes.h"
#include "collector/report/answers.h"

/* The inspection of the year that stands in the path; otherwise the reply is filled. */
bool inspection_find(struct request *request, struct reply *reply, struct inspection_record *record);
void inspection_put_counts(struct json *json, const unsigned counts[VERDICT_COUNT]);
/* The reply is this, as a download. */
void inspection_send(struct reply *reply, struct MHD_Response *response, const char *type, const char *name);

#endif
