/* SPDX-License-Identifier: Apache-2.0 */
/* Members of JSON objects that jansson has read (RFC 8259); what is written goes through common/json.h. */
#ifndef WANGLOU_COMMON_JSON_MEMBER_H
#define WANGLOU_COMMON_JSON_MEMBER_H

#include <jansson.h>

/* The text of a member, as long as `object` lives; "" where there is none, or it is no text. */
static inline const char *json_member_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

#endif
