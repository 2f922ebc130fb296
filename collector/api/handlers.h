/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers that routes.c names, and the list items that lists and the live stream share. */
#ifndef WANGLOU_COLLECTOR_API_HANDLERS_H
#define WANGLOU_COLLECTOR_API_HANDLERS_H

#include "collector/api/api.h"
#include "collector/link/link.h"
#include "collector/store/alerts.h"
#include "collector/store/devices.h"

typedef void handler(struct request *request, struct reply *reply);

handler session_sign_in, session_show, session_sign_out, session_password;
handler alerts_list, alerts_show, alerts_state;
handler events_list, events_show;
handler devices_list, devices_show;
handler summary_show, nodes_list, health_show;
handler accounts_show, accounts_create, accounts_reset, accounts_enable;
handler audit_show, audit_check;
handler stream_open;

extern const char *const alert_reasons[]; /* for closing one; ends with NULL */

/* One list item, as an element of an array or a document (key NULL). */
void write_alert(struct json *json, const struct alert_row *row);
void write_device(struct json *json, const struct device_row *row);
/* The node of this name, or nothing. */
void write_node(struct json *json, struct api *api, struct store_reader *reader, const char *name);

#endif
