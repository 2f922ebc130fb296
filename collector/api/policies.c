/* SPDX-License-Identifier: Apache-2.0 */
/* A proposed forwarding policy as JSON: beside the one in force, type by type and field by field. */
#include "collector/api/policies.h"

#include <stdlib.h>
#include <string.h>

#include "collector/link/parent.h"

static void write_decision(struct json *j, const char *key, const struct policy_decision *d)
{
    enum policy_state s = d->state;
    json_begin_object(j, key);
    reply_words(j, "state", policy_state_name[s], policy_state_zh[s], policy_state_en[s]);
    json_put_string(j, "user", d->user);
    reply_time(j, "time", d->time_us);
    json_put_string(j, "comment", d->comment);
    json_end_object(j);
}

/* ---- difference ---- */

static bool has(const char *const *list, const char *name)
{
    while (*list && strcmp(*list, name) != 0) list++;
    return *list;
}

static void write_missing(struct json *j, const char *key, const char *const *these, const char *const *those)
{
    json_begin_array(j, key);
    for (; *these; these++)
        if (!has(those, *these)) json_put_string(j, NULL, *these);
    json_end_array(j);
}

static void write_lists(struct json *j, const char *key, const char *const *before, const char *const *after)
{
    json_begin_object(j, key);
    write_missing(j, "added", after, before);
    write_missing(j, "removed", before, after);
    json_end_object(j);
}

static void list_types(const bool *types, const char *list[EVENT_TYPE_COUNT + 1])
{
    for (unsigned i = 0; i < EVENT_TYPE_COUNT; i++)
        if (types[i]) *list++ = event_type_name[i];
    *list = NULL;
}

struct comparing {
    struct json *json;
    struct forward_view after;
};

static void compare(void *context, const struct forward_policy *in_force)
{
    const struct comparing *c = context;
    struct json *j = c->json;
    struct forward_view before;
    const char *types_before[EVENT_TYPE_COUNT + 1], *types_after[EVENT_TYPE_COUNT + 1];
    forward_policy_view(in_force, &before);
    list_types(before.types, types_before);
    list_types(c->after.types, types_after);
    write_lists(j, "types", types_before, types_after);
    write_lists(j, "fields", before.fields, c->after.fields);
    write_lists(j, "pseudonyms", before.pseudonyms, c->after.pseudonyms);
    json_begin_object(j, "severity");
    json_put_uint(j, "before", before.severity);
    json_put_uint(j, "after", c->after.severity);
    json_end_object(j);
    json_begin_object(j, "public_addresses");
    json_put_bool(j, "before", before.public_addresses);
    json_put_bool(j, "after", c->after.public_addresses);
    json_end_object(j);
}

static void write_difference(struct request *r, struct json *j, const char *text)
{
    struct parent *parent = r->api->hierarchy->options.parent;
    struct fault flaw = {""};
    struct comparing comparing = {.json = j};
    if (!parent) {
        json_put_null(j, "difference");
        return;
    }
    struct forward_policy *policy = parent_read_policy(parent, text, &flaw);
    json_begin_object(j, "difference");
    json_put_string(j, "flaw", flaw.text);
    if (policy) {
        forward_policy_view(policy, &comparing.after);
        parent_with_policy(parent, compare, &comparing);
    }
    json_end_object(j);
    forward_policy_close(policy);
}

/* ---- members ---- */

void policy_write(struct request *r, struct json *j, const struct rollout *rollout)
{
    struct fault fault = {""};
    struct policy_decision decision;
    size_t length = 0;
    char *text = (char *)rollouts_content(r->api->control, rollout, &length, &fault);
    json_put_text(j, "content", text ? text : "", length);
    if (*rollout->issuer) {
        policies_decision(r->api->control, rollout->id, &decision);
        write_decision(j, "decision", &decision);
    } else {
        json_put_null(j, "decision");
    }
    if (*rollout->issuer && text)
        write_difference(r, j, text);
    else
        json_put_null(j, "difference");
    free(text);
}

void policy_write_actions(struct request *r, struct json *j, const struct rollout *rollout)
{
    struct rollout_why why;
    for (const struct policy_step *s = policy_steps; s->action; s++) {
        if (!policy_step_of(r->api->hierarchy, rollout, s->action, &why)) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "action", s->action);
        json_put_string(j, "zh", s->zh);
        json_put_string(j, "en", s->en);
        json_begin_array(j, "needs");
        json_put_string(j, NULL, "comment");
        json_end_array(j);
        json_end_object(j);
    }
}

void policy_write_in_force(struct request *r, struct json *j)
{
    struct policy_decision d;
    bool adopted = policies_in_force(r->api->control, &d);
    json_begin_object(j, "policy_in_force");
    json_put_string(j, "source", adopted ? "adopted" : "configured");
    if (adopted) {
        json_put_string(j, "bundle", d.rollout);
        json_put_string(j, "name", d.name);
        json_put_string(j, "user", d.user);
        reply_time(j, "time", d.time_us);
    } else {
        json_put_null(j, "bundle");
    }
    json_end_object(j);
}
