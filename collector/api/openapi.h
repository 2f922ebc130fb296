/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenAPI document of the API, from its tables of routes. */
#ifndef WANGLOU_COLLECTOR_API_OPENAPI_H
#define WANGLOU_COLLECTOR_API_OPENAPI_H

#include "common/json.h"

void openapi_write(struct json *json);

#endif
