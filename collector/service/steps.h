/* SPDX-License-Identifier: Apache-2.0 */
/* What may happen to a warning, a task, a ticket, a confirmed incident, a bulletin and a self-inspection, as tables:
 * from which state, by whom, with what given, to which state. 预警 after GB/T 32924-2016 and 国家突发事件应对
 * (发布、响应、调整、解除); the chains are those of the regulation notes §5.4. Nothing here knows the database. */
#ifndef WANGLOU_COLLECTOR_SERVICE_STEPS_H
#define WANGLOU_COLLECTOR_SERVICE_STEPS_H

#include <stdbool.h>
#include <stddef.h>

/* X(id, name, zh, en): what is dealt with. A warning, a task or a bulletin that came from the parent is a matter of its
 * own. The numbers are in control.db: only ever add at the end. */
#define MATTERS(X)                                                                                                     \
    X(WARNING, "warning", "预警", "warning")                                                                           \
    X(NOTICE, "notice", "收到的预警", "warning received")                                                              \
    X(TASK, "task", "任务", "task")                                                                                    \
    X(ASSIGNMENT, "assignment", "收到的任务", "task received")                                                         \
    X(TICKET, "ticket", "处置工单", "ticket")                                                                          \
    X(CASE, "case", "已确认事件", "confirmed incident")                                                                \
    X(BULLETIN, "bulletin", "通报", "bulletin")                                                                        \
    X(CIRCULAR, "circular", "收到的通报", "bulletin received")                                                         \
    X(INSPECTION, "inspection", "工控安全自查", "self-inspection")
enum matter_kind {
#define X(id, name, zh, en) MATTER_##id,
    MATTERS(X)
#undef X
        MATTER_COUNT
};
extern const char *const matter_name[MATTER_COUNT], *const matter_zh[MATTER_COUNT], *const matter_en[MATTER_COUNT];
int matter_find(const char *name); /* -1: none */

/* What a step asks for; X(id, member, zh, en): the member of the request that gives it. */
#define STEP_NEEDS(X)                                                                                                  \
    X(COMMENT, "comment", "说明", "a comment")                                                                         \
    X(LEVEL, "level", "级别", "the level")                                                                             \
    X(AFFECTED, "affected", "是否受影响", "whether one is affected")                                                   \
    X(MEASURES, "measures", "已采取的措施", "the measures taken")                                                      \
    X(EVIDENCE, "evidence", "证据编号", "ids of evidence")                                                             \
    X(OWNER, "owner", "责任人", "the person responsible")                                                              \
    X(CHANNEL, "channel", "报告渠道", "the channel of the report")                                                     \
    X(HANDLED, "handled_at", "处置完成时间", "when it was handled")                                                    \
    X(SUFFICIENCY, "sufficiency", "措施充分性评估", "whether the measures sufficed")                                   \
    X(FITNESS, "fitness", "措施适宜性评估", "whether the measures fitted")                                             \
    X(EFFECT, "effect", "措施有效性评估", "what the measures achieved")                                                \
    X(SIGNATORY, "signatory", "签字的第一责任人", "the person responsible who signs")
enum step_need {
#define X(id, member, zh, en) NEED_##id,
    STEP_NEEDS(X)
#undef X
        NEED_COUNT
};
extern const char *const need_member[NEED_COUNT], *const need_zh[NEED_COUNT], *const need_en[NEED_COUNT];
#define NEEDS(id) (1u << NEED_##id)

enum {
    STEP_SYSTEM = 1,     /* the collector itself does it, no person */
    STEP_NOT_AUTHOR = 2, /* another person than the author */
    STEP_NOT_OWNER = 4,  /* another person than the one who did the work */
    STEP_SENDS = 8,      /* a new version goes down to the nodes */
    STEP_ANSWERS = 16,   /* the parent is told what is answered */
    STEP_TELLS = 32,     /* the parent is told how it stands */
};

struct step_rule {
    const char *action;
    const char *from; /* states with commas */
    const char *to;   /* NULL: it stays */
    unsigned role;    /* enum role, when a person does it */
    unsigned needs, flags;
    const char *zh, *en;
};
struct state_word {
    const char *name, *zh, *en;
    bool last; /* over: nobody is waited for */
};
struct machine {
    const char *first; /* state in which it begins */
    const struct state_word *states;
    const struct step_rule *rules; /* ends with a NULL action */
};
extern const struct machine machines[MATTER_COUNT];

/* What goes down to the nodes: the item's name on the link, the matter that one issues, the matter that it becomes at
 * the node that receives it. */
struct downward {
    const char *item;
    enum matter_kind own, received;
};
extern const struct downward downward[];                   /* ends with a NULL item */
const struct downward *downward_of(enum matter_kind kind); /* NULL: it goes nowhere */

bool step_among(const char *list, const char *name); /* is it one of the names with commas? */
const struct state_word *state_word_of(enum matter_kind kind, const char *state); /* NULL: none */

/* Who asks for a step, and what is given with it. */
struct step_request {
    const char *action, *actor;
    unsigned role; /* enum role */
    bool system;
    unsigned given; /* bits of enum step_need */
};

enum step_refusal { STEP_GOOD, STEP_UNKNOWN, STEP_ILLEGAL, STEP_ROLE, STEP_PERSON, STEP_MISSING };

/* The rule for this step, or NULL with the reason in words (zh and en, 200 bytes each). */
const struct step_rule *step_check(enum matter_kind kind, const char *state, const char *author, const char *owner,
                                   const struct step_request *request, enum step_refusal *refusal, char zh[200],
                                   char en[200]);

#endif
