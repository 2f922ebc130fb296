/* SPDX-License-Identifier: Apache-2.0 */
/* The `$sets` that rules may name: the ones every plant has, empty until the operator fills them, and the operator's
 * own. A file of sets is a mapping of lists:
 *
 *     engineering_stations: [10.1.1.5, 10.1.1.16/28, "00:0c:29:01:02:03"]
 */
#ifndef WANGLOU_SIGNATURES_SETS_H
#define WANGLOU_SIGNATURES_SETS_H

#include "signatures/signature.h"

/* X(name, zh, en, values in proofs) */
#define KNOWN_SETS(X)                                                                                                  \
    X("engineering_stations", "工程师站", "engineering stations", "10.1.1.5", "10.1.1.6")                              \
    X("operator_stations", "操作员站", "operator stations", "10.1.1.20..10.1.1.29")                                    \
    X("controllers", "控制器", "controllers", "10.1.1.10..10.1.1.19")                                                  \
    X("safety_systems", "安全仪表系统", "safety systems", "10.1.1.40..10.1.1.49")                                      \
    X("masters", "主站与数据采集服务器", "masters and data servers", "10.1.1.2..10.1.1.3")                             \
    X("time_servers", "时钟源", "time servers", "10.1.1.4")                                                            \
    X("maintenance_hosts", "运维主机", "maintenance hosts", "10.1.1.7")                                                \
    X("plant_networks", "工控网段", "plant networks", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7",     \
      "fe80::/10")                                                                                                     \
    X("indicator_addresses", "情报指示器：地址", "addresses of intelligence lists", "203.0.113.66", "198.51.100.0/28") \
    X("indicator_domains", "情报指示器：域名", "domains of intelligence lists", "malware.example", "c2.example")       \
    X("indicator_urls", "情报指示器：网址", "URLs of intelligence lists", "/gate.php")

struct known_set {
    const char *name;
    struct words title;
};
/* Ends with a NULL name. */
extern const struct known_set known_sets[];

struct sets;

/* All known sets, filled from the file (NULL: all empty). Names that are neither known nor nearly so are the
 * operator's own; a name that is nearly a known one is a fault. */
struct sets *sets_load(const char *path, struct fault *fault);
/* As the proofs of the library take them: fixed addresses in every known set. */
struct sets *sets_of_proofs(void);
/* More values for a known set; they are copied. False: no memory, or no such set. */
bool sets_add(struct sets *sets, const char *name, const char *const *values, unsigned count);
void sets_free(struct sets *sets);
const struct filter_sets *sets_view(const struct sets *sets);

#endif
