/* SPDX-License-Identifier: Apache-2.0 */
/* The table of roles of devices. */
#include "common/device_role.h"

#include <stddef.h>

const struct device_role device_roles[] = {
#define X(name, zh, en) {name, zh, en},
    DEVICE_ROLES(X)
#undef X
        {NULL, NULL, NULL},
};
