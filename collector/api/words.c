/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the tables that belong to no protocol and no procedure, for who shows them. */
#include "collector/api/routes.h"
#include "common/device_role.h"

static void words(struct request *r, struct reply *reply)
{
    struct json *j = &reply->json;
    (void)r;
    json_begin_object(j, NULL);
    json_begin_array(j, "device_roles");
    for (const struct device_role *role = device_roles; role->name; role++)
        reply_words(j, NULL, role->name, role->zh, role->en);
    json_end_array(j);
    json_begin_array(j, "account_roles");
    for (unsigned i = 0; i < ROLE_COUNT; i++) reply_words(j, NULL, role_name[i], role_zh[i], role_en[i]);
    json_end_array(j);
    json_end_object(j);
}

const struct route routes_words[] = {
    {"GET", "/words", ALL_ROLES, 0, words, NULL, NULL, "设备角色与账号角色的名称",
     "Words for roles of devices and accounts"},
    ROUTES_END,
};
