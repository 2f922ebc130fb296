/* SPDX-License-Identifier: Apache-2.0 */
/* The officers' own signing keys (Ed25519, RFC 8032). A person's secret lies in control.db sealed under the password,
 * so that neither the node nor its administrator can sign in the person's name; it is open while the person is signed
 * in, in memory alone. The node certifies each public half when it is made. Where there is no open key (a machine's
 * token, the collector's own steps) the node signs, and the step says so. */
#ifndef WANGLOU_COLLECTOR_SERVICE_SIGNING_H
#define WANGLOU_COLLECTOR_SERVICE_SIGNING_H

#include "collector/service/control.h"
#include "common/keys.h"

struct person_key {
    int64_t key; /* its number; 0: there is none */
    uint8_t secret[SIGN_SECRET];
};

/* Who signs a step: the person where there is an open key, otherwise the node on behalf of whoever acts. */
struct signer {
    const struct keys *node;
    const struct person_key *person; /* NULL or key 0: the node */
};

/* With the right password: opens the account's newest key, or makes one where there is none that it opens (the password
 * was reset). */
bool signing_open(struct control *control, const struct keys *node, int64_t account, const char *name,
                  const char *password, struct person_key *out, struct fault *fault);
/* Seals the open key under a new password. */
bool signing_seal(struct control *control, const struct person_key *key, const char *password, struct fault *fault);

void signing_sign(const struct signer *signer, const char *line, uint8_t out[SIGNATURE]);
/* The key's number, 0 for the node; and its owner's name. */
int64_t signing_key_of(const struct signer *signer);

/* Does the signature hold: by a person's key that the node certified, or (key 0) by the node's own? With the lock held.
 * `owner` receives the name of the person whose key it is. */
enum { SIGNING_NAME = 63 };
bool signing_holds(sqlite3 *control, const uint8_t node_public[SIGN_PUBLIC], int64_t key, const char *line,
                   const uint8_t *signature, size_t length, char owner[SIGNING_NAME + 1]);

#endif
