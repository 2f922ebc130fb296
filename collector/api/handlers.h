/* SPDX-License-Identifier: Apache-2.0 */
/* The list items that lists and the live stream share. */
#ifndef WANGLOU_COLLECTOR_API_HANDLERS_H
#define WANGLOU_COLLECTOR_API_HANDLERS_H

#include "collector/api/api.h"
#include "collector/link/link.h"
#include "collector/store/alerts.h"
#include "collector/store/devices.h"

/* For closing an alert, and its states; they end with NULL. */
extern const char *const alert_reasons[], *const alert_states[], *const alert_severities[];

/* Does what the body of a request asks for to the alert or the incident of the order; fills the reply. */
void alerts_handle(struct request *request, struct reply *reply, struct alert_order *order);
extern const struct parameter alert_state_body[], alert_assign_body[], alert_comment_body[];

/* "affected" of an alert whose rule says which devices it is about: yes, possibly, no, unknown. */
void write_affected(struct json *json, struct store_reader *reader, const char *line, size_t length);

/* Every few seconds: sensors that were enrolled since get the suppressions that are in force. */
void suppressions_tick(struct api *api);

/* One list item, as an element of an array or a document (key NULL). */
void write_alert(struct json *json, const struct alert_row *row);
void write_device(struct json *json, const struct device_row *row);
/* The node of this name, or nothing. */
void write_node(struct json *json, struct api *api, struct store_reader *reader, const char *name);

#endif
