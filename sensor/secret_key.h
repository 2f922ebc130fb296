/* SPDX-License-Identifier: Apache-2.0 */
/* The installation's key for hashes of secrets: `plant.state`/secret.key, 32 octets in hex, made once, its owner's
 * alone. With it equal secrets of one site have equal hashes; without it no dictionary leads back from a hash. */
#ifndef WANGLOU_SENSOR_SECRET_KEY_H
#define WANGLOU_SENSOR_SECRET_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fault.h"

enum { SECRET_KEY = 32 };

/* DIRECTORY NULL: there is no key, so no hashes are told. */
bool secret_key_load(const char *directory, uint8_t key[SECRET_KEY], bool *there, struct fault *fault);

#endif
