/* SPDX-License-Identifier: Apache-2.0 */
/* What became of bundles, suppressions and lists: a line on standard error, and a `signatures` event. */
#include <stdio.h>
#include <string.h>

#include "sensor/rules/private.h"

/* X(state, zh, en, severity) */
#define STATES(X)                                                                                                      \
    X("in_force", "已生效", "in force", 4)                                                                             \
    X("refused", "已拒绝，原内容继续生效", "refused, what was in force stays", 2)                                      \
    X("held", "暂不启用，等待下一批", "held for a later stage", 4)                                                     \
    X("waiting", "等待其余分片", "waiting for its other parts", 4)                                                     \
    X("withdrawn", "已撤回", "withdrawn", 3)                                                                           \
    X("expired", "已到期", "over", 4)

static const struct {
    const char *name, *zh, *en;
    unsigned severity;
} states[] = {
#define X(name, zh, en, severity) {name, zh, en, severity},
    STATES(X)
#undef X
};

static void put_if(struct json *j, const char *key, const char *text)
{
    if (text && *text) json_put_string(j, key, text);
}

void rules_tell(struct rules *r, const struct told *t)
{
    size_t state = 0;
    const char *en = bundle_refusal_en[t->why], *zh = bundle_refusal_zh[t->why];
    /* A refusal does not hide what is in force: it has a key of its own. */
    const char *refused = strcmp(t->state, "refused") == 0 ? "/refused" : "";
    while (state + 1 < sizeof states / sizeof *states && strcmp(states[state].name, t->state) != 0) state++;
    fprintf(stderr, "wanglou-sensor: signatures: %s%s%s: %s%s%s%s%s\n", t->kind, t->name ? " " : "",
            t->name ? t->name : "", states[state].en, *en ? ": " : "", en, t->detail ? ": " : "",
            t->detail ? t->detail : "");
    if (!r->out.publisher) return;
    r->out.now_ns = rules_clock();
    struct json j = event_begin(&r->out, EVENT_SIGNATURES, NULL, NULL);
    json_begin_object(&j, "signatures");
    json_put_format(&j, "key", "%s%s%s%s", t->kind, t->key ? "/" : "", t->key ? t->key : "", refused);
    json_put_string(&j, "kind", t->kind);
    put_if(&j, "item", t->item);
    put_if(&j, "name", t->name);
    if (t->version) json_put_uint(&j, "version", t->version);
    put_if(&j, "digest", t->digest);
    put_if(&j, "key_id", t->key_id);
    json_put_string(&j, "state", t->state);
    put_if(&j, "reason", bundle_refusal_name[t->why]);
    put_if(&j, "detail", t->detail);
    json_put_format(&j, "zh", "%s%s%s", states[state].zh, *zh ? "：" : "", zh);
    json_put_format(&j, "en", "%s%s%s", states[state].en, *en ? ": " : "", en);
    json_put_uint(&j, "severity", states[state].severity);
    unsigned count = 0;
    if (r->now.ruleset) ruleset_rules(r->now.ruleset, &count);
    json_put_uint(&j, "rules", count);
    json_put_uint(&j, "shadowed", r->shadowed);
    if (t->counted) json_put_uint(&j, "alerts", t->alerts);
    json_end_object(&j);
    event_send(&r->out, &j, EVENT_SIGNATURES, 0, r->out.now_ns, r->out.now_ns, r->ordinal++);
}
