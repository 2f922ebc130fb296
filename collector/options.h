/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's options (docs/collector-options.md is printed from the table). */
#ifndef WANGLOU_COLLECTOR_OPTIONS_H
#define WANGLOU_COLLECTOR_OPTIONS_H

#include "common/options.h"

struct collector_options {
    const char *name, *directory;
    /* http */
    const char *http_address, *console, *certificate, *certificate_key;
    uint64_t http_port, http_threads, http_connections, http_connections_of_address, http_timeout;
    uint64_t http_requests_per_second;
    /* session */
    uint64_t session_idle, session_longest, failures, lock;
    /* store */
    uint64_t retention_days, quota, warn_free, keep_free;
    bool accept_short_retention;
    unsigned engine, dialect; /* enum store_engine */
    const char *clickhouse_url, *clickhouse_user, *clickhouse_password, *clickhouse_database, *cluster;
    struct option_list shards;
    /* link */
    const char *link_listen, *link_key, *link_nodes, *link_subscribers;
    uint64_t link_peers;
    /* upload */
    const char *upload_sensor, *upload_signatures;
    uint64_t upload_most;
    /* summary */
    uint64_t summary_every; /* ns */
    /* output */
    const char *syslog, *output_ca, *webhook, *webhook_secret, *eve_file;
    unsigned syslog_format;
    uint64_t output_severity;
    /* parent */
    const char *parent_address, *parent_key, *parent_policy;
    uint64_t parent_most;
    /* work */
    const char *work_models, *work_authority, *work_inspection_due;
    unsigned work_highest; /* 0 none, 1 red to 4 blue */
};

enum store_engine { ENGINE_SQLITE, ENGINE_CLICKHOUSE };

extern const struct option_table collector_option_table;

/* NULL and a fault when the file or the command line is wrong; what hangs together between options is checked too. */
struct options *collector_options_load(const char *path, const char *const *sets, struct collector_options *options,
                                       struct fault *fault);

#endif
