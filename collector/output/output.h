/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts to the systems around: syslog and webhook, each with a queue that outlives everything: the store itself. An
 * output remembers the last alert that the other side has taken, and goes on behind it. */
#ifndef WANGLOU_COLLECTOR_OUTPUT_OUTPUT_H
#define WANGLOU_COLLECTOR_OUTPUT_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/fault.h"

struct store;

enum output_format { FORMAT_PLAIN, FORMAT_CEF, FORMAT_LEEF, FORMAT_JSON, OUTPUT_FORMAT_COUNT };
extern const char *const output_format_name[OUTPUT_FORMAT_COUNT + 1]; /* ends with NULL */

/* One alert event's line as a message of RFC 5424 (without framing); false: it is no event. */
bool output_syslog(FILE *out, enum output_format format, const char *collector, const char *line, size_t length);

struct outputs_options {
    const char *collector; /* its name */
    const char *syslog;    /* tcp://HOST:PORT, tls://HOST:PORT; NULL: none */
    enum output_format format;
    const char *ca;             /* certificates that a TLS peer must come from (PEM); NULL: the system's */
    const char *webhook;        /* URL; NULL: none */
    const char *webhook_secret; /* file with the key of X-Wanglou-Signature; NULL: unsigned */
    unsigned severity;          /* this one and worse */
    struct store *store;
    void (*notice)(const char *text);
};

struct outputs;
struct outputs *outputs_open(const struct outputs_options *options, struct fault *fault);
void outputs_wake(struct outputs *outputs); /* something was committed */
void outputs_close(struct outputs *outputs);

struct output_figures {
    const char *name; /* "syslog", "webhook" */
    uint64_t sent, refused, failures, waiting;
    bool connected;
};
/* Returns how many. */
unsigned outputs_look(struct outputs *outputs, struct output_figures figures[], unsigned most);

/* ---- transports: one line at a time; true: the other side has it ---- */

struct syslog_peer;
struct syslog_peer *syslog_open(const char *address, const char *ca, struct fault *fault);
bool syslog_send(struct syslog_peer *peer, const char *messages, size_t length, struct fault *fault);
void syslog_close(struct syslog_peer *peer);

struct webhook;
enum webhook_answer { WEBHOOK_TAKEN, WEBHOOK_REFUSED, WEBHOOK_LATER };
struct webhook *webhook_open(const char *url, const char *ca, const char *secret_file, struct fault *fault);
enum webhook_answer webhook_send(struct webhook *webhook, const char *body, size_t length, struct fault *fault);
void webhook_close(struct webhook *webhook);

/* ---- every event into a file, as Suricata's eve.json; reopened when logrotate has moved it away ---- */

struct eve_file;
struct eve_file *eve_open(const char *path, struct fault *fault);
void eve_write(struct eve_file *file, const char *lines, size_t length);
void eve_close(struct eve_file *file);

#endif
