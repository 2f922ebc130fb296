/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an event's JSON (RFC 8259) with jansson. */
#include "collector/store/event_json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 200, SAFE_DIGITS = 18 }; /* flow_id stands at the beginning; so many digits always fit */

static json_t *load(const char *line, size_t length)
{
    json_t *event = json_loadb(line, length, 0, NULL);
    return event ? event : json_loadb(line, length, JSON_DECODE_INT_AS_REAL, NULL);
}

json_t *event_json(const char *line, size_t length)
{
    /* Within a string its quotes would be escaped, so that this is the member itself. */
    static const char name[] = "\"flow_id\":";
    const char *at = memmem(line, length < HEAD ? length : HEAD, name, sizeof name - 1);
    size_t from = at ? (size_t)(at - line) + sizeof name - 1 : length, digits = 0;
    while (from + digits < length && isdigit((unsigned char)line[from + digits])) digits++;
    if (digits <= SAFE_DIGITS) return load(line, length);
    char *copy = malloc(length), number[32] = "";
    if (!copy) return NULL;
    memcpy(copy, line, length);
    memcpy(number, line + from, digits < sizeof number ? digits : sizeof number - 1);
    memset(copy + from, ' ', digits);
    copy[from] = '0';
    json_t *event = load(copy, length);
    free(copy);
    if (event) json_object_set_new(event, "flow_id", json_real(strtod(number, NULL)));
    return event;
}
