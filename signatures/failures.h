/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of failure modes 失效模式目录: what on the wire is a sign of which loss of function, in words and in
 * the condition language; classed after ISO 14224:2016 (docs/failures.md). A built-in copy, or the operator's own
 * files. */
#ifndef WANGLOU_SIGNATURES_FAILURES_H
#define WANGLOU_SIGNATURES_FAILURES_H

#include "signatures/signature.h"

/* X(id, name, zh, en) */
#define FAILURE_SEVERITIES(X)                                                                                          \
    X(CRITICAL, "critical", "严重失效", "critical")                                                                    \
    X(DEGRADED, "degraded", "性能下降", "degraded")                                                                    \
    X(INCIPIENT, "incipient", "早期征兆", "incipient")
#define FAILURE_CAUSES(X)                                                                                              \
    X(UNKNOWN, "unknown", "原因不明", "unknown")                                                                       \
    X(POWER, "power", "电源", "power")                                                                                 \
    X(NETWORK, "network", "网络", "network")                                                                           \
    X(DEVICE, "device", "设备", "device")                                                                              \
    X(OPERATION, "operation", "操作", "operation")                                                                     \
    X(CYBER, "cyber", "网络安全", "cyber")                                                                             \
    X(MAINTENANCE, "maintenance", "检修", "maintenance")
/* What ends it: any answer of the device, or only one without a sign of failure. */
#define FAILURE_ENDS(X) X(OK, "ok", "正常应答", "a good message") X(ANSWER, "answer", "任意应答", "any answer")

#define X(id, name, zh, en) FAILURE_##id,
enum failure_severity { FAILURE_SEVERITIES(X) FAILURE_SEVERITY_COUNT };
#undef X
#define X(id, name, zh, en) CAUSE_##id,
enum failure_cause { FAILURE_CAUSES(X) FAILURE_CAUSE_COUNT };
#undef X
#define X(id, name, zh, en) ENDS_BY_##id,
enum failure_end { FAILURE_ENDS(X) FAILURE_END_COUNT };
#undef X
extern const char *const failure_severity_name[], *const failure_cause_name[];
extern const struct words failure_severity_words[], failure_cause_words[];

enum { FAILURE_MODES_AT_MOST = 256 };

struct failure_mode {
    const char *id;  /* "modbus-device-failure" */
    const char *iso; /* ISO 14224 mode of control logic units: FTF, ERO, SPO, NOO, UNK … */
    struct words name, check;
    struct filter *where;                   /* the sign */
    uint8_t severity, cause, ends, percent; /* enums above; how sure the cause is */
    bool communication;                     /* loss of contact: many at once are one failure of the network */
    unsigned count;                         /* signs in a row before it is a failure */
    uint64_t hold_ns;                       /* good for so long: it is over, from the first good sign on */
    uint64_t merge_ns;                      /* back within this time: the same failure goes on */
    const char *file;
    unsigned line;
};

struct failure_catalogue;

/* `path` NULL: the built-in catalogue; a file or directory else. NULL and one line in `fault` on the first error. */
struct failure_catalogue *failures_load(const char *path, struct fault *fault);
void failures_free(struct failure_catalogue *catalogue);
const struct failure_mode *failure_modes(const struct failure_catalogue *catalogue, unsigned *count);

#endif
