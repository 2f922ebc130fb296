/* SPDX-License-Identifier: Apache-2.0 */
/* Cipher suites of TLS that are not to be used any more, and why (IANA's registry; RFC 9325, 4.1, RFC 7465). */
#ifndef WANGLOU_SENSOR_INSPECT_CIPHER_SUITES_H
#define WANGLOU_SENSOR_INSPECT_CIPHER_SUITES_H

#include <stdint.h>

/* "RC4", "no encryption" …; NULL: nothing is wrong with it. */
const char *cipher_suite_weakness(uint16_t suite);

#endif
