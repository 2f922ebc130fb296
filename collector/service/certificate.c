/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates by GnuTLS: X.509 v3 (RFC 5280), ECDSA P-256, signed by itself. */
#include "collector/service/certificate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/x509.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* 825 days: what browsers take at most even where the authority is the user's own. */
enum { FILE_MOST = 256 * 1024, DAYS_VALID = 825, SERIAL_BYTES = 16, PATH_ROOM = 512 };

static bool tls(int result, struct fault *fault, const char *doing)
{
    return result >= 0 || fault_set(fault, "%s: %s", doing, gnutls_strerror(result));
}

/* ---- reading ---- */

static char *read_text(const char *path, struct fault *fault)
{
    FILE *in = fopen(path, "rb");
    char *text = in ? malloc(FILE_MOST + 1) : NULL;
    size_t n = text ? fread(text, 1, FILE_MOST + 1, in) : 0;
    if (!in || !text || ferror(in) || n > FILE_MOST) {
        fault_set(fault, "%s: cannot be read: %s", path, !in || ferror(in) ? strerror(errno) : "it is too large");
        free(text);
        text = NULL;
    } else {
        text[n] = 0;
    }
    if (in) fclose(in);
    return text;
}

static gnutls_datum_t datum(char *text) { return (gnutls_datum_t){(unsigned char *)text, (unsigned)strlen(text)}; }

static bool same_key(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
    unsigned char a[64], b[64];
    size_t m = sizeof a, n = sizeof b;
    return gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, a, &m) >= 0 &&
           gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, b, &n) >= 0 && m == n && memcmp(a, b, m) == 0;
}

/* Fills fingerprint and expiry; false when the two texts are not a certificate in force and its key. */
static bool look(struct certificate *c, const char *path, struct fault *fault)
{
    gnutls_x509_crt_t certificate = NULL;
    gnutls_x509_privkey_t key = NULL;
    gnutls_datum_t pem = datum(c->pem), key_pem = datum(c->key_pem);
    unsigned char digest[32];
    size_t length = sizeof digest;
    bool good = tls(gnutls_x509_crt_init(&certificate), fault, path) &&
                tls(gnutls_x509_privkey_init(&key), fault, path) &&
                tls(gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM), fault, path) &&
                tls(gnutls_x509_privkey_import(key, &key_pem, GNUTLS_X509_FMT_PEM), fault, "the certificate's key") &&
                tls(gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256, digest, &length), fault, path);
    if (good) {
        c->expires = (int64_t)gnutls_x509_crt_get_expiration_time(certificate);
        for (size_t i = 0; i < length; i++)
            snprintf(c->fingerprint + 3 * i, 4, "%02X%s", digest[i], i + 1 < length ? ":" : "");
        if (!same_key(certificate, key))
            good = fault_set(fault, "%s: the key is not this certificate's", path);
        else if (c->expires < (int64_t)time(NULL))
            good = fault_set(fault, "%s: the certificate has expired; put a new one in its place", path);
    }
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
    return good;
}

bool certificate_load(struct certificate *c, const char *path, const char *key_path, struct fault *fault)
{
    *c = (struct certificate){0};
    if ((c->pem = read_text(path, fault)) && (c->key_pem = read_text(key_path, fault)) && look(c, path, fault))
        return true;
    certificate_free(c);
    return false;
}

void certificate_free(struct certificate *c)
{
    if (c->key_pem) sodium_memzero(c->key_pem, strlen(c->key_pem));
    free(c->key_pem);
    free(c->pem);
    *c = (struct certificate){0};
}

/* ---- making ---- */

static bool write_text(const char *path, const gnutls_datum_t *text, mode_t mode, struct fault *fault)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool good = file >= 0 && write(file, text->data, text->size) == (ssize_t)text->size && fsync(file) == 0;
    if (!good) fault_set(fault, "%s: cannot be written: %s", path, strerror(errno));
    if (file >= 0) close(file);
    return good;
}

/* Names it is good for: this machine's, localhost, and the address it listens on unless that is "any". */
static bool add_names(gnutls_x509_crt_t certificate, const char *address, struct fault *fault)
{
    char host[256] = "wanglou-collector";
    unsigned char ip[16];
    gethostname(host, sizeof host - 1);
    int v4 = inet_pton(AF_INET, address, ip) == 1, v6 = !v4 && inet_pton(AF_INET6, address, ip) == 1;
    unsigned bytes = v4 ? 4 : v6 ? 16 : 0;
    bool any = sodium_is_zero(ip, bytes);
    return tls(gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, host, (unsigned)strlen(host)),
               fault, "certificate") &&
           tls(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host),
                                                    GNUTLS_FSAN_SET),
               fault, "certificate") &&
           tls(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, "localhost", 9,
                                                    GNUTLS_FSAN_APPEND),
               fault, "certificate") &&
           (any ||
            tls(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, ip, bytes, GNUTLS_FSAN_APPEND),
                fault, "certificate"));
}

static bool fill(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, const char *address, struct fault *fault)
{
    unsigned char serial[SERIAL_BYTES];
    time_t now = time(NULL);
    randombytes_buf(serial, sizeof serial);
    serial[0] &= 0x7f;
    return tls(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
               fault, "certificate") &&
           tls(gnutls_x509_crt_set_version(certificate, 3), fault, "certificate") &&
           tls(gnutls_x509_crt_set_serial(certificate, serial, sizeof serial), fault, "certificate") &&
           tls(gnutls_x509_crt_set_activation_time(certificate, now - 86400), fault, "certificate") &&
           tls(gnutls_x509_crt_set_expiration_time(certificate, now + DAYS_VALID * 86400L), fault, "certificate") &&
           tls(gnutls_x509_crt_set_key(certificate, key), fault, "certificate") &&
           tls(gnutls_x509_crt_set_basic_constraints(certificate, 0, -1), fault, "certificate") &&
           tls(gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE), fault, "certificate") &&
           tls(gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0), fault, "certificate") &&
           add_names(certificate, address, fault) &&
           tls(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0), fault, "certificate");
}

static bool make(const char *path, const char *key_path, const char *address, struct fault *fault)
{
    gnutls_x509_crt_t certificate = NULL;
    gnutls_x509_privkey_t key = NULL;
    gnutls_datum_t pem = {NULL, 0}, key_pem = {NULL, 0};
    bool good = tls(gnutls_x509_crt_init(&certificate), fault, "certificate") &&
                tls(gnutls_x509_privkey_init(&key), fault, "certificate") && fill(certificate, key, address, fault) &&
                tls(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem), fault, "certificate") &&
                tls(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &key_pem), fault, "certificate") &&
                write_text(key_path, &key_pem, 0600, fault) && write_text(path, &pem, 0644, fault);
    if (key_pem.data) sodium_memzero(key_pem.data, key_pem.size);
    gnutls_free(key_pem.data);
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
    return good;
}

bool certificate_own(struct certificate *c, const char *directory, const char *address, struct fault *fault)
{
    char path[PATH_ROOM], key_path[PATH_ROOM];
    if (mkdir(directory, 0700) && errno != EEXIST) return fault_set(fault, "%s: %s", directory, strerror(errno));
    if ((size_t)snprintf(path, sizeof path, "%s/cert.pem", directory) >= sizeof path ||
        (size_t)snprintf(key_path, sizeof key_path, "%s/key.pem", directory) >= sizeof key_path)
        return fault_set(fault, "%s: the name is too long", directory);
    if (access(path, F_OK) && !make(path, key_path, address, fault)) return false;
    return certificate_load(c, path, key_path, fault);
}
