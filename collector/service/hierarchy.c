/* SPDX-License-Identifier: Apache-2.0 */
/* The rooms of the hierarchy opened together and ticked in turn. */
#include "collector/service/hierarchy.h"

#include <stdlib.h>
#include <string.h>

#include "collector/service/audit.h"
#include "collector/service/policies.h"
#include "collector/service/refusals.h"
#include "collector/service/regional.h"
#include "collector/service/requests.h"
#include "collector/service/rollouts.h"
#include "collector/store/internal.h"

struct hierarchy *hierarchy_open(const struct hierarchy_options *options, struct fault *fault)
{
    struct hierarchy *h = calloc(1, sizeof *h);
    if (!h) abort();
    h->options = *options;
    if (keys_load_secret(&h->keys, options->key_file, fault) &&
        (h->reader = store_reader_open(options->store, fault)) &&
        (h->regional = regional_model_open(options->models, fault)))
        return h;
    hierarchy_close(h);
    return NULL;
}

void hierarchy_close(struct hierarchy *h)
{
    if (!h) return;
    regional_model_close(h->regional);
    if (h->reader) store_reader_close(h->reader);
    keys_forget(&h->keys);
    free(h);
}

void hierarchy_turn(struct hierarchy *h)
{
    static bool (*const rooms[])(struct hierarchy *, struct fault *) = {rollouts_tick, policies_tick, requests_tick,
                                                                        regional_tick, refusals_tick};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        struct fault fault = {""};
        if (!rooms[i](h, &fault)) h->options.notice(fault.text);
    }
}

/* ---- shared ---- */

void hierarchy_record(struct hierarchy *h, const char *action, const char *object, const char *detail)
{
    struct fault fault = {""};
    struct audit_record r = {.actor = "system", .action = action, .object = object, .detail = detail};
    if (!audit_write(h->options.control, &r, &fault)) h->options.notice(fault.text);
}

const char *hierarchy_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}
