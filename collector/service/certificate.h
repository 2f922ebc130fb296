/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate of the HTTPS server: a configured one, or one of our own, made at the first start. */
#ifndef WANGLOU_COLLECTOR_SERVICE_CERTIFICATE_H
#define WANGLOU_COLLECTOR_SERVICE_CERTIFICATE_H

#include <stdint.h>

#include "common/fault.h"

enum { CERTIFICATE_FINGERPRINT = 32 * 3 };

struct certificate {
    char *pem, *key_pem;
    char fingerprint[CERTIFICATE_FINGERPRINT]; /* SHA-256, "AB:CD:…", for people to compare with the browser's */
    int64_t expires;                           /* seconds since 1970 */
};

/* Reads both files; false when they cannot be read, do not belong together, or the certificate has expired. */
bool certificate_load(struct certificate *certificate, const char *path, const char *key_path, struct fault *fault);
/* DIRECTORY/cert.pem and key.pem: made when missing, for this machine's name and `address`. */
bool certificate_own(struct certificate *certificate, const char *directory, const char *address, struct fault *fault);
void certificate_free(struct certificate *certificate);

#endif
