/* SPDX-License-Identifier: Apache-2.0 */
/* Every table of routes, by the list that `make` generates. */
#include "collector/api/routes.h"

const struct parameter no_body[] = {END};

#define ROUTES(name) extern const struct route routes_##name[];
#include "gen/routes.inc"
#undef ROUTES

#define ROUTES(name) routes_##name,
const struct route *const route_tables[] = {
#include "gen/routes.inc"
    NULL,
};
