/* SPDX-License-Identifier: Apache-2.0 */
/* Display filters (signatures/filter.h: Wireshark's syntax) asked of stored events: the message is read back from the
 * event's addresses, ports and `ot` object with its decoded fields. What an event does not carry is not there. */
#ifndef WANGLOU_COLLECTOR_SERVICE_EVENT_FILTER_H
#define WANGLOU_COLLECTOR_SERVICE_EVENT_FILTER_H

#include <stddef.h>

#include "common/fault.h"

struct event_filter;
/* Before any thread starts. */
bool event_filter_prepare(struct fault *fault);
/* NULL and a fault "filter:1:COLUMN: …" when it is no filter. */
struct event_filter *event_filter_compile(const char *text, struct fault *fault);
bool event_filter_match(struct event_filter *filter, const char *line, size_t length);
void event_filter_free(struct event_filter *filter);

#endif
