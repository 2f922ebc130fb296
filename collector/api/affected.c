/* SPDX-License-Identifier: Apache-2.0 */
/* Is the device that an alert is about one of those that its rule is about? Judged by the inventory as it is now, since
 * model and firmware are often learned behind the alert. */
#include <fnmatch.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/store/event_json.h"
#include "collector/store/internal.h"
#include "common/json_member.h"
#include "signatures/vulnerability.h"

static const char *text_or_null(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool is_model(const json_t *models, const struct device_named *d)
{
    for (size_t i = 0; i < json_array_size(models); i++) {
        const char *pattern = json_string_value(json_array_get(models, i));
        if (pattern && ((d->model[0] && fnmatch(pattern, d->model, FNM_CASEFOLD) == 0) ||
                        (d->order_number[0] && fnmatch(pattern, d->order_number, FNM_CASEFOLD) == 0)))
            return true;
    }
    return false;
}

static enum affected judge(const json_t *product, const struct device_named *d)
{
    if (!strcasestr(d->vendor, json_member_text(product, "vendor")) || !is_model(json_object_get(product, "models"), d))
        return AFFECTED_NO;
    return firmware_affected(d->firmware, text_or_null(product, "from"), text_or_null(product, "before"),
                             text_or_null(product, "through"));
}

/* The latest that is known of the target, NULL: nothing. To be freed. */
static json_t *asset_of(struct store_reader *reader, const json_t *event)
{
    const json_t *target = json_object_get(json_object_get(event, "alert"), "target");
    const char *keys[] = {json_member_text(target, "ip"), json_member_text(target, "mac")};
    struct fault ignored = {""};
    json_t *asset = NULL;
    for (unsigned i = 0; i < 2 && !asset; i++) {
        sqlite3_stmt *find = *keys[i] ? database_prepare(reader->main,
                                                         "SELECT asset FROM device WHERE wl_in_scope(sensor) AND "
                                                         "sensor=? AND key=?",
                                                         &ignored)
                                      : NULL;
        if (find) database_bind(find, "ss", json_member_text(event, "sensor"), keys[i]);
        if (find && sqlite3_step(find) == SQLITE_ROW) asset = json_loads(database_text(find, 0), 0, NULL);
        sqlite3_finalize(find);
    }
    return asset;
}

/* Nothing is known of what it is, so nothing can be said. */
static bool is_named(const struct device_named *d) { return d->vendor[0] && (d->model[0] || d->order_number[0]); }

void write_affected(struct json *j, struct store_reader *reader, const char *line, size_t length)
{
    static const char *const words[] = {[AFFECTED_NO] = "no", [AFFECTED_POSSIBLY] = "possibly", [AFFECTED_YES] = "yes"};
    json_t *event = event_json(line, length);
    const json_t *products = json_object_get(json_object_get(event, "alert"), "affected");
    json_t *asset = json_array_size(products) ? asset_of(reader, event) : NULL;
    const struct device_named d = {json_member_text(asset, "vendor"), json_member_text(asset, "model"),
                                   json_member_text(asset, "order_number"), json_member_text(asset, "firmware")};
    enum affected worst = AFFECTED_NO;
    for (size_t i = 0; i < json_array_size(products); i++) {
        enum affected a = judge(json_array_get(products, i), &d);
        if (a > worst) worst = a;
    }
    if (json_array_size(products)) json_put_string(j, "affected", is_named(&d) ? words[worst] : "unknown");
    json_decref(asset);
    json_decref(event);
}
