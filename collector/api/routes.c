/* SPDX-License-Identifier: Apache-2.0 */
/* Every call of the API: who may make it, what it takes, who answers. */
#include "collector/api/handlers.h"

static const char *const severities[] = {"1", "2", "3", "4", NULL};
static const char *const states[] = {
#define X(id, name, zh, en) name,
    ALERT_STATES(X)
#undef X
        NULL};
static const char *const roles[] = {
#define X(id, name, zh, en) name,
    ROLES(X)
#undef X
        NULL};

#define TEXT(name, bytes, zh, en)                                                                                      \
    {                                                                                                                  \
        name, PARAMETER_TEXT, 0, bytes, NULL, false, zh, en                                                            \
    }
#define REQUIRED(name, bytes, zh, en)                                                                                  \
    {                                                                                                                  \
        name, PARAMETER_TEXT, 0, bytes, NULL, true, zh, en                                                             \
    }
#define PAGE                                                                                                           \
    {"limit", PARAMETER_UINT, 1, 1000, NULL, false, "每页条数，默认 50", "items a page, 50 unless told"},              \
        TEXT("cursor", 64, "上一页给出的 next", "`next` of the page before")
#define SPAN                                                                                                           \
    {"since", PARAMETER_TIME, 0, 0, NULL, false, "起始时间（含）", "from this time on"},                               \
    {                                                                                                                  \
        "until", PARAMETER_TIME, 0, 0, NULL, false, "截止时间（不含）", "before this time"                             \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        NULL                                                                                                           \
    }

static const struct parameter sign_in_body[] = {
    REQUIRED("user", 64, "用户名", "user name"),
    REQUIRED("password", 256, "口令", "password"),
    TEXT("totp", 8, "动态口令", "one-time code"),
    END,
};
static const struct parameter password_body[] = {
    REQUIRED("old", 256, "原口令", "old password"),
    REQUIRED("new", 256, "新口令", "new password"),
    END,
};
static const struct parameter alert_filters[] = {
    PAGE,
    SPAN,
    {"severity", PARAMETER_NAMES, 0, 0, severities, false, "级别，1 最重", "severities, 1 the worst"},
    {"state", PARAMETER_NAMES, 0, 0, states, false, "处置状态", "states"},
    TEXT("rule", 64, "特征编号", "rule"),
    TEXT("category", 64, "类别", "category"),
    TEXT("protocol", 64, "规约", "protocol"),
    TEXT("sensor", 64, "探针", "sensor"),
    TEXT("ip", 64, "任一方的地址、网段或 MAC", "address, network or MAC of either side"),
    TEXT("q", 256, "检索词，空格分隔", "words to search for"),
    END,
};
static const struct parameter alert_state_body[] = {
    {"state", PARAMETER_NAMES, 0, 0, states, true, "新状态", "new state"},
    {"reason", PARAMETER_NAMES, 0, 0, alert_reasons, false, "关闭原因", "why it is closed"},
    TEXT("comment", 2000, "说明", "comment"),
    END,
};
static const struct parameter event_filters[] = {
    PAGE,
    SPAN,
    TEXT("type", 256, "事件类型，逗号分隔", "event types, with commas"),
    TEXT("class", 256, "操作类别，逗号分隔", "classes of operation, with commas"),
    TEXT("protocol", 256, "规约，逗号分隔", "protocols, with commas"),
    TEXT("sensor", 64, "探针", "sensor"),
    TEXT("ip", 64, "任一方的地址或网段", "address or network of either side"),
    END,
};
static const struct parameter device_filters[] = {
    PAGE,
    TEXT("q", 256, "检索词", "words to search for"),
    TEXT("sensor", 64, "探针", "sensor"),
    END,
};
static const struct parameter audit_filters[] = {
    PAGE, SPAN, TEXT("actor", 64, "操作者", "who"), TEXT("action", 64, "动作（前缀）", "action, by its beginning"), END,
};
static const struct parameter account_body[] = {
    REQUIRED("user", 63, "用户名", "user name"),
    TEXT("name", 127, "姓名", "name of the person"),
    {"role", PARAMETER_NAMES, 0, 0, roles, true, "角色", "role"},
    END,
};
static const struct parameter account_enable_body[] = {
    {"disabled", PARAMETER_BOOL, 0, 0, NULL, true, "停用", "disabled"},
    END,
};
static const struct parameter no_body[] = {END};
static const struct parameter stream_parameters[] = {
    {"after", PARAMETER_UINT, 0, INT64_MAX, NULL, false, "从该变更号之后开始", "begin after this change"},
    END,
};

#define ADMINISTRATOR ROLE_BIT(ADMINISTRATOR)
#define OFFICER       ROLE_BIT(OFFICER)
#define AUDITOR       ROLE_BIT(AUDITOR)

const struct route routes[] = {
    {"GET", "/health", 0, 0, health_show, NULL, NULL, "服务状态", "State of the service"},
    {"POST", "/session", 0, ROUTE_ALWAYS, session_sign_in, NULL, sign_in_body, "登录", "Sign in"},
    {"GET", "/session", ALL_ROLES, ROUTE_ALWAYS, session_show, NULL, NULL, "当前登录", "The session"},
    {"DELETE", "/session", ALL_ROLES, ROUTE_ALWAYS, session_sign_out, NULL, NULL, "退出", "Sign out"},
    {"POST", "/session/password", ALL_ROLES, ROUTE_ALWAYS, session_password, NULL, password_body, "修改口令",
     "Change the password"},
    {"GET", "/summary", ADMINISTRATOR | OFFICER, 0, summary_show, NULL, NULL, "总览", "Figures of the first page"},
    {"GET", "/alerts", OFFICER, 0, alerts_list, alert_filters, NULL, "告警列表", "Alerts"},
    {"GET", "/alerts/{id}", OFFICER, 0, alerts_show, NULL, NULL, "告警详情", "One alert"},
    {"POST", "/alerts/{id}/state", OFFICER, 0, alerts_state, NULL, alert_state_body, "处置告警",
     "Set the state of an alert"},
    {"GET", "/events", OFFICER, 0, events_list, event_filters, NULL, "事件列表", "Events"},
    {"GET", "/events/{id}", OFFICER, 0, events_show, NULL, NULL, "事件原文", "One event"},
    {"GET", "/devices", OFFICER, 0, devices_list, device_filters, NULL, "设备列表", "Devices"},
    {"GET", "/devices/{id}", OFFICER, 0, devices_show, NULL, NULL, "设备详情", "One device"},
    {"GET", "/nodes", ADMINISTRATOR | OFFICER, 0, nodes_list, NULL, NULL, "节点", "Enrolled nodes"},
    {"GET", "/stream", OFFICER, 0, stream_open, stream_parameters, NULL, "实时推送", "Server-sent events"},
    {"GET", "/accounts", ADMINISTRATOR, 0, accounts_show, NULL, NULL, "账号", "Accounts"},
    {"POST", "/accounts", ADMINISTRATOR, 0, accounts_create, NULL, account_body, "新建账号", "Make an account"},
    {"POST", "/accounts/{id}/password", ADMINISTRATOR, 0, accounts_reset, NULL, no_body, "重置口令",
     "Reset a password"},
    {"POST", "/accounts/{id}/disabled", ADMINISTRATOR, 0, accounts_enable, NULL, account_enable_body, "停用或启用账号",
     "Disable or enable an account"},
    {"GET", "/audit", AUDITOR, 0, audit_show, audit_filters, NULL, "审计日志", "Audit log"},
    {"POST", "/audit/verify", AUDITOR, 0, audit_check, NULL, no_body, "校验审计日志", "Verify the audit log's chain"},
};
const size_t routes_count = sizeof routes / sizeof *routes;
