/* SPDX-License-Identifier: Apache-2.0 */
/* The schemas that rooms add to control.db and main.db, by the list that `make` generates. */
#include <stddef.h>

#include "collector/store/database.h"

#define SCHEMA(file, room) extern const struct schema file##_schema_##room;
#include "gen/schemas.inc"
#undef SCHEMA

#define SCHEMA(file, room)   SCHEMA_##file(room)
#define SCHEMA_control(room) &control_schema_##room,
#define SCHEMA_main(room)
const struct schema *const control_schemas[] = {
#include "gen/schemas.inc"
    NULL,
};
#undef SCHEMA_control
#undef SCHEMA_main
#define SCHEMA_control(room)
#define SCHEMA_main(room) &main_schema_##room,
const struct schema *const main_schemas[] = {
#include "gen/schemas.inc"
    NULL,
};
