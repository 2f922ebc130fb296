/* SPDX-License-Identifier: Apache-2.0 */
/* The state machines, and the one function that reads them. */
#include "collector/service/steps.h"

#include <stdio.h>
#include <string.h>

#include "collector/service/accounts.h"

#define X(id, name, zh, en) name,
const char *const matter_name[MATTER_COUNT] = {MATTERS(X)};
const char *const need_member[NEED_COUNT] = {STEP_NEEDS(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const matter_zh[MATTER_COUNT] = {MATTERS(X)};
const char *const need_zh[NEED_COUNT] = {STEP_NEEDS(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const matter_en[MATTER_COUNT] = {MATTERS(X)};
const char *const need_en[NEED_COUNT] = {STEP_NEEDS(X)};
#undef X

int matter_find(const char *name)
{
    for (int i = 0; i < MATTER_COUNT; i++)
        if (strcmp(matter_name[i], name) == 0) return i;
    return -1;
}

/* ---- the tables ---- */

#define END_RULES                                                                                                      \
    {                                                                                                                  \
        NULL                                                                                                           \
    }
#define END_STATES                                                                                                     \
    {                                                                                                                  \
        NULL                                                                                                           \
    }

/* Published and not lifted. */
#define IN_FORCE "published,delivered,acked,measures_done,adjusted"

static const struct state_word warning_states[] = {
    {"draft", "草稿", "draft", false},
    {"review", "待审批", "in review", false},
    {"approved", "已批准", "approved", false},
    {"published", "已发布", "published", false},
    {"delivered", "已送达", "delivered", false},
    {"acked", "已签收", "acknowledged", false},
    {"measures_done", "措施已落实", "measures taken", false},
    {"adjusted", "已调整", "adjusted", false},
    {"lifted", "已解除", "lifted", true},
    {"cancelled", "已作废", "cancelled", true},
    END_STATES,
};
static const struct step_rule warning_rules[] = {
    {"submit", "draft", "review", ROLE_OFFICER, 0, 0, "提交审批", "submit for approval"},
    {"return", "review", "draft", ROLE_OFFICER, NEEDS(COMMENT), STEP_NOT_AUTHOR, "退回修改", "return to the author"},
    {"approve", "review", "approved", ROLE_OFFICER, NEEDS(LEVEL), STEP_NOT_AUTHOR, "批准并定级",
     "approve, with its level"},
    {"cancel", "draft,review,approved", "cancelled", ROLE_OFFICER, NEEDS(COMMENT), 0, "作废", "cancel"},
    {"publish", "approved", "published", ROLE_OFFICER, 0, STEP_SENDS, "发布", "publish"},
    {"deliver", "published,adjusted", "delivered", 0, 0, STEP_SYSTEM, "全部送达", "all nodes have it"},
    {"acknowledge", "delivered", "acked", 0, 0, STEP_SYSTEM, "全部签收", "all nodes acknowledged"},
    {"measures", "acked", "measures_done", 0, 0, STEP_SYSTEM, "措施全部落实", "all nodes took their measures"},
    {"adjust", IN_FORCE, "adjusted", ROLE_OFFICER, NEEDS(LEVEL) | NEEDS(COMMENT), STEP_NOT_AUTHOR | STEP_SENDS,
     "调整级别", "adjust its level"},
    {"lift", IN_FORCE, "lifted", ROLE_OFFICER, NEEDS(COMMENT), STEP_SENDS, "解除", "lift"},
    END_RULES,
};

static const struct state_word notice_states[] = {
    {"received", "待签收", "to be acknowledged", false},
    {"acked", "已签收", "acknowledged", false},
    {"answered", "已反馈", "answered", false},
    {"measures_done", "措施已落实", "measures taken", false},
    {"lifted", "已解除", "lifted", true},
    END_STATES,
};
static const struct step_rule notice_rules[] = {
    {"acknowledge", "received", "acked", ROLE_OFFICER, 0, STEP_ANSWERS, "签收", "acknowledge"},
    {"answer", "acked,answered", "answered", ROLE_OFFICER, NEEDS(AFFECTED), STEP_ANSWERS, "反馈受影响情况",
     "say whether one is affected"},
    {"measures", "answered,measures_done", "measures_done", ROLE_OFFICER, NEEDS(MEASURES), STEP_ANSWERS, "反馈措施",
     "report the measures"},
    {"forward", "acked,answered,measures_done", NULL, ROLE_OFFICER, 0, STEP_SENDS, "转发下级", "forward below"},
    {"revise", "received,acked,answered,measures_done", "received", 0, 0, STEP_SYSTEM, "上级调整", "adjusted above"},
    {"lift", "received,acked,answered,measures_done", "lifted", 0, 0, STEP_SYSTEM, "上级解除", "lifted above"},
    END_RULES,
};

static const struct state_word task_states[] = {
    {"draft", "草稿", "draft", false},           {"published", "已下达", "issued", false},
    {"delivered", "已送达", "delivered", false}, {"acked", "已签收", "acknowledged", false},
    {"measures_done", "已完成", "done", false},  {"lifted", "已办结", "closed", true},
    {"cancelled", "已作废", "cancelled", true},  END_STATES,
};
static const struct step_rule task_rules[] = {
    {"publish", "draft", "published", ROLE_OFFICER, 0, STEP_SENDS, "下达", "issue"},
    {"cancel", "draft", "cancelled", ROLE_OFFICER, NEEDS(COMMENT), 0, "作废", "cancel"},
    {"deliver", "published", "delivered", 0, 0, STEP_SYSTEM, "全部送达", "all nodes have it"},
    {"acknowledge", "delivered", "acked", 0, 0, STEP_SYSTEM, "全部签收", "all nodes acknowledged"},
    {"measures", "acked", "measures_done", 0, 0, STEP_SYSTEM, "全部完成", "all nodes are done"},
    {"lift", "published,delivered,acked,measures_done", "lifted", ROLE_OFFICER, NEEDS(COMMENT), STEP_SENDS, "办结",
     "close"},
    END_RULES,
};

static const struct state_word assignment_states[] = {
    {"received", "待签收", "to be acknowledged", false},
    {"acked", "已签收", "acknowledged", false},
    {"measures_done", "已完成", "done", false},
    {"lifted", "上级已办结", "closed above", true},
    END_STATES,
};
static const struct step_rule assignment_rules[] = {
    {"acknowledge", "received", "acked", ROLE_OFFICER, 0, STEP_ANSWERS, "签收", "acknowledge"},
    {"measures", "acked,measures_done", "measures_done", ROLE_OFFICER, NEEDS(MEASURES), STEP_ANSWERS, "反馈完成情况",
     "report what was done"},
    {"forward", "acked,measures_done", NULL, ROLE_OFFICER, 0, STEP_SENDS, "转发下级", "forward below"},
    {"revise", "received,acked,measures_done", "received", 0, 0, STEP_SYSTEM, "上级修改", "changed above"},
    {"lift", "received,acked,measures_done", "lifted", 0, 0, STEP_SYSTEM, "上级办结", "closed above"},
    END_RULES,
};

static const struct state_word ticket_states[] = {
    {"open", "待指派", "open", false},
    {"assigned", "已指派", "assigned", false},
    {"handling", "处置中", "in work", false},
    {"resolved", "待复核", "to be checked", false},
    {"closed", "已办结", "closed", true},
    {"cancelled", "已作废", "cancelled", true},
    END_STATES,
};
static const struct step_rule ticket_rules[] = {
    {"assign", "open,assigned,handling", "assigned", ROLE_OFFICER, NEEDS(OWNER), 0, "指派", "assign"},
    {"start", "assigned", "handling", ROLE_OFFICER, 0, 0, "开始处置", "begin"},
    {"record", "handling", NULL, ROLE_OFFICER, NEEDS(COMMENT), 0, "记录进展", "note progress"},
    {"evidence", "handling,resolved", NULL, ROLE_OFFICER, NEEDS(EVIDENCE), 0, "附证据", "attach evidence"},
    {"resolve", "handling", "resolved", ROLE_OFFICER, NEEDS(MEASURES), 0, "提交复核", "hand in as resolved"},
    {"reject", "resolved", "handling", ROLE_OFFICER, NEEDS(COMMENT), STEP_NOT_OWNER, "退回重办", "send back"},
    {"close", "resolved", "closed", ROLE_OFFICER, NEEDS(EFFECT), STEP_NOT_OWNER, "复核办结", "check and close"},
    {"cancel", "open,assigned", "cancelled", ROLE_OFFICER, NEEDS(COMMENT), 0, "作废", "cancel"},
    END_RULES,
};

static const struct state_word case_states[] = {
    {"proposed", "待确认", "to be confirmed", false},
    {"confirmed", "已确认", "confirmed", false},
    {"handling", "处置中", "in work", false},
    {"handled", "已处置", "handled", false},
    {"closed", "已总结", "closed", true},
    {"dismissed", "不属于事件", "dismissed", true},
    END_STATES,
};
static const struct step_rule case_rules[] = {
    {"confirm", "proposed", "confirmed", ROLE_OFFICER, NEEDS(LEVEL), STEP_TELLS, "确认并定级",
     "confirm, with its grade"},
    {"dismiss", "proposed", "dismissed", ROLE_OFFICER, NEEDS(COMMENT), 0, "不属于事件", "dismiss"},
    {"regrade", "confirmed,handling,handled", NULL, ROLE_OFFICER, NEEDS(LEVEL) | NEEDS(COMMENT), STEP_TELLS, "调整级别",
     "change its grade"},
    {"report", "confirmed,handling,handled", NULL, ROLE_OFFICER, NEEDS(CHANNEL), STEP_TELLS, "登记已报告",
     "note that it was reported"},
    {"start", "confirmed", "handling", ROLE_OFFICER, 0, STEP_TELLS, "开始处置", "begin"},
    {"record", "confirmed,handling,handled", NULL, ROLE_OFFICER, NEEDS(COMMENT), 0, "记录进展", "note progress"},
    {"evidence", "confirmed,handling,handled", NULL, ROLE_OFFICER, NEEDS(EVIDENCE), 0, "附证据", "attach evidence"},
    {"handled", "handling", "handled", ROLE_OFFICER, NEEDS(MEASURES) | NEEDS(HANDLED), STEP_TELLS, "处置完成",
     "handled"},
    {"close", "handled", "closed", ROLE_OFFICER, NEEDS(SUFFICIENCY) | NEEDS(FITNESS) | NEEDS(EFFECT), STEP_TELLS,
     "总结评估并结案", "assess and close"},
    END_RULES,
};

/* A bulletin 通报 tells and asks for nothing but its receipt. */
static const struct state_word bulletin_states[] = {
    {"draft", "草稿", "draft", false},           {"review", "待审批", "in review", false},
    {"approved", "已批准", "approved", false},   {"published", "已发布", "published", false},
    {"delivered", "已送达", "delivered", false}, {"acked", "已全部签收", "acknowledged by all", false},
    {"archived", "已归档", "filed", true},       {"lifted", "已撤回", "withdrawn", true},
    {"cancelled", "已作废", "cancelled", true},  END_STATES,
};
static const struct step_rule bulletin_rules[] = {
    {"submit", "draft", "review", ROLE_OFFICER, 0, 0, "提交审批", "submit for approval"},
    {"return", "review", "draft", ROLE_OFFICER, NEEDS(COMMENT), STEP_NOT_AUTHOR, "退回修改", "return to the author"},
    {"approve", "review", "approved", ROLE_OFFICER, 0, STEP_NOT_AUTHOR, "批准", "approve"},
    {"cancel", "draft,review,approved", "cancelled", ROLE_OFFICER, NEEDS(COMMENT), 0, "作废", "cancel"},
    {"publish", "approved", "published", ROLE_OFFICER, 0, STEP_SENDS, "发布", "publish"},
    {"deliver", "published", "delivered", 0, 0, STEP_SYSTEM, "全部送达", "all nodes have it"},
    {"acknowledge", "delivered", "acked", 0, 0, STEP_SYSTEM, "全部签收", "all nodes acknowledged"},
    {"archive", "published,delivered,acked", "archived", ROLE_OFFICER, 0, 0, "归档", "file"},
    {"lift", "published,delivered,acked", "lifted", ROLE_OFFICER, NEEDS(COMMENT), STEP_SENDS, "撤回", "withdraw"},
    END_RULES,
};

static const struct state_word circular_states[] = {
    {"received", "待签收", "to be acknowledged", false},
    {"noted", "已签收", "acknowledged", true},
    {"lifted", "上级已撤回", "withdrawn above", true},
    END_STATES,
};
static const struct step_rule circular_rules[] = {
    {"acknowledge", "received", "noted", ROLE_OFFICER, 0, STEP_ANSWERS, "签收", "acknowledge"},
    {"forward", "noted", NULL, ROLE_OFFICER, 0, STEP_SENDS, "转发下级", "forward below"},
    {"lift", "received,noted", "lifted", 0, 0, STEP_SYSTEM, "上级撤回", "withdrawn above"},
    END_RULES,
};

/* The plant's own: whoever filled it in does not review it, and without the first responsible it is not signed. */
static const struct state_word inspection_states[] = {
    {"filling", "填报中", "being filled in", false},
    {"reviewing", "待审核", "in review", false},
    {"reviewed", "已审核待签", "reviewed, to be signed", false},
    {"signed", "已签署", "signed", true},
    END_STATES,
};
static const struct step_rule inspection_rules[] = {
    {"submit", "filling", "reviewing", ROLE_OFFICER, 0, 0, "填报完成，提交审核", "filled in, submit for review"},
    {"return", "reviewing,reviewed", "filling", ROLE_OFFICER, NEEDS(COMMENT), 0, "退回补充", "return to be completed"},
    {"review", "reviewing", "reviewed", ROLE_OFFICER, 0, STEP_NOT_AUTHOR | STEP_NOT_OWNER, "审核通过", "reviewed"},
    {"sign", "reviewed", "signed", ROLE_OFFICER, NEEDS(SIGNATORY), 0, "签署", "sign"},
    {"reopen", "signed", "filling", ROLE_OFFICER, NEEDS(COMMENT), 0, "重新填报", "open again"},
    END_RULES,
};

const struct machine machines[MATTER_COUNT] = {
    [MATTER_WARNING] = {"draft", warning_states, warning_rules},
    [MATTER_NOTICE] = {"received", notice_states, notice_rules},
    [MATTER_TASK] = {"draft", task_states, task_rules},
    [MATTER_ASSIGNMENT] = {"received", assignment_states, assignment_rules},
    [MATTER_TICKET] = {"open", ticket_states, ticket_rules},
    [MATTER_CASE] = {"proposed", case_states, case_rules},
    [MATTER_BULLETIN] = {"draft", bulletin_states, bulletin_rules},
    [MATTER_CIRCULAR] = {"received", circular_states, circular_rules},
    [MATTER_INSPECTION] = {"filling", inspection_states, inspection_rules},
};

const struct downward downward[] = {
    {"warning", MATTER_WARNING, MATTER_NOTICE},
    {"task", MATTER_TASK, MATTER_ASSIGNMENT},
    {"bulletin", MATTER_BULLETIN, MATTER_CIRCULAR},
    {NULL, MATTER_COUNT, MATTER_COUNT},
};

/* ---- reading them ---- */

const struct state_word *state_word_of(enum matter_kind kind, const char *state)
{
    for (const struct state_word *w = machines[kind].states; w->name; w++)
        if (strcmp(w->name, state) == 0) return w;
    return NULL;
}

const struct downward *downward_of(enum matter_kind kind)
{
    for (const struct downward *d = downward; d->item; d++)
        if (d->own == kind || d->received == kind) return d;
    return NULL;
}

bool step_among(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = list; (p = strstr(p, name)); p++)
        if ((p == list || p[-1] == ',') && (!p[n] || p[n] == ',')) return true;
    return false;
}

static const struct step_rule *rule_of(enum matter_kind kind, const char *action)
{
    for (const struct step_rule *r = machines[kind].rules; r->action; r++)
        if (strcmp(r->action, action) == 0) return r;
    return NULL;
}

static void say(char zh[200], char en[200], const char *zh_text, const char *en_text)
{
    snprintf(zh, 200, "%s", zh_text);
    snprintf(en, 200, "%s", en_text);
}

static enum step_refusal refusal_of(enum matter_kind kind, const struct step_rule *rule, const char *state,
                                    const char *author, const char *owner, const struct step_request *q, char zh[200],
                                    char en[200])
{
    const struct state_word *word = state_word_of(kind, state);
    if (!step_among(rule->from, state)) {
        snprintf(zh, 200, "%s处于“%s”状态，不能%s", matter_zh[kind], word ? word->zh : state, rule->zh);
        snprintf(en, 200, "the %s is in state %s; \"%s\" is not possible", matter_en[kind], word ? word->en : state,
                 rule->en);
        return STEP_ILLEGAL;
    }
    if (q->system != !!(rule->flags & STEP_SYSTEM) || (!q->system && q->role != rule->role)) {
        snprintf(zh, 200, "“%s”须由%s进行", rule->zh, rule->flags & STEP_SYSTEM ? "系统" : role_zh[rule->role]);
        snprintf(en, 200, "\"%s\" is for the %s", rule->en,
                 rule->flags & STEP_SYSTEM ? "collector itself" : role_en[rule->role]);
        return STEP_ROLE;
    }
    if ((rule->flags & STEP_NOT_AUTHOR && strcmp(q->actor, author) == 0) ||
        (rule->flags & STEP_NOT_OWNER && strcmp(q->actor, owner) == 0)) {
        snprintf(zh, 200, "“%s”须由%s以外的人进行", rule->zh, rule->flags & STEP_NOT_AUTHOR ? "起草人" : "责任人");
        snprintf(en, 200, "\"%s\" needs another person than the %s", rule->en,
                 rule->flags & STEP_NOT_AUTHOR ? "author" : "one responsible");
        return STEP_PERSON;
    }
    for (unsigned i = 0; i < NEED_COUNT; i++)
        if (rule->needs & ~q->given & (1u << i)) {
            snprintf(zh, 200, "“%s”须填写%s（%s）", rule->zh, need_zh[i], need_member[i]);
            snprintf(en, 200, "\"%s\" needs %s (%s)", rule->en, need_en[i], need_member[i]);
            return STEP_MISSING;
        }
    return STEP_GOOD;
}

const struct step_rule *step_check(enum matter_kind kind, const char *state, const char *author, const char *owner,
                                   const struct step_request *q, enum step_refusal *refusal, char zh[200], char en[200])
{
    const struct step_rule *rule = rule_of(kind, q->action);
    say(zh, en, "没有这个步骤", "there is no such step");
    *refusal = rule ? refusal_of(kind, rule, state, author, owner, q, zh, en) : STEP_UNKNOWN;
    return *refusal == STEP_GOOD ? rule : NULL;
}
