/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate says of its owner, and what makes it weak (ITU-T X.509, RFC 5280); no signature is checked. */
#ifndef WANGLOU_PARSERS_X509_H
#define WANGLOU_PARSERS_X509_H

#include "common/bytes.h"

struct x509 {
    struct bytes common_name, organization, serial; /* of the subject: text, empty when it has none */
    struct bytes issuer_name;                       /* common name of the issuer, or its organization */
    uint64_t from_ns, until_ns;                     /* since 1970 UTC; 0: not understood */
    bool self_issued;                               /* the issuer is the subject */
    const char *weak_signature;                     /* "MD5", "SHA-1", or NULL */
};

/* DER of one certificate. False: it is none. */
bool x509_read(struct bytes der, struct x509 *out);

#endif
