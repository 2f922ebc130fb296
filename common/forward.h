/* SPDX-License-Identifier: Apache-2.0 */
/* What of an event may leave for the parent collector: an allow-list of types and fields, and pseudonyms for addresses.
 *
 * A field is named by its path from the event's root ("alert.signature_id"); naming an object lets out all of it. What
 * is not named stays. The policy is a YAML file; without one, metadata and statistics leave, and no payload, process
 * value, point name or real address does. */
#ifndef WANGLOU_COMMON_FORWARD_H
#define WANGLOU_COMMON_FORWARD_H

#include "common/event.h"
#include "common/fault.h"

enum { FORWARD_KEY = 32, FORWARD_DIGEST = 16, FORWARD_FIELDS = 256, FORWARD_PSEUDONYM = 25 };

struct forward_policy;

/* `path` NULL: the built-in policy. `key`: FORWARD_KEY bytes from which pseudonyms are made; it never leaves. `site`:
 * name of this node, put in front of where events come from. */
struct forward_policy *forward_policy_open(const char *path, const uint8_t key[FORWARD_KEY], const char *site,
                                           struct fault *fault);
/* From a text; `name` for faults. */
struct forward_policy *forward_policy_parse(const char *name, const char *text, const uint8_t key[FORWARD_KEY],
                                            const char *site, struct fault *fault);
void forward_policy_close(struct forward_policy *policy);

/* Names the policy in the ledger: the first bytes of a hash over its text. */
void forward_policy_digest(const struct forward_policy *policy, char out[2 * FORWARD_DIGEST + 1]);

/* What it lets out, for who compares policies; valid as long as the policy. */
struct forward_view {
    const bool *types;                             /* EVENT_TYPE_COUNT */
    const char *const *fields, *const *pseudonyms; /* each ends with NULL */
    uint64_t severity;
    bool public_addresses;
};
void forward_policy_view(const struct forward_policy *policy, struct forward_view *view);

/* Writes what may leave of the event, without a newline; its length, or 0: nothing of it leaves (or there is no room).
 */
size_t forward_apply(const struct forward_policy *policy, const struct event_envelope *envelope, const char *line,
                     size_t length, char *out, size_t room);

/* The pseudonym of a text: "~" and 24 hexadecimal digits of its HMAC-SHA256. */
void forward_pseudonym(const struct forward_policy *policy, const char *text, size_t length,
                       char out[FORWARD_PSEUDONYM + 1]);

/* The built-in policy as a file, commented in Chinese and English. */
extern const char forward_policy_sample[];

#endif
