/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and signatures in minisign's format, by libsodium (minisign.h). */
#include "common/minisign.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char untrusted[] = "untrusted comment: ", trusted[] = "trusted comment: ";
enum { HASH = 64, FILE_MOST = 4096, BASE64 = sodium_base64_VARIANT_ORIGINAL };

struct public_record {
    uint8_t algorithm[2], id[MINISIGN_ID], key[32];
};
struct secret_record {
    uint8_t algorithm[2], derivation[2], checksum_algorithm[2];
    uint8_t salt[32], operations[8], memory[8]; /* of the password's derivation; zero without one */
    uint8_t id[MINISIGN_ID], key[64], checksum[32];
};
struct signature_record {
    uint8_t algorithm[2], id[MINISIGN_ID], bytes[64];
};

/* ---- lines ------------------------------------------------------- */

struct lines {
    const char *at, *end;
};

/* The next line without its end (LF, or CR LF). */
static bool next_line(struct lines *l, const char **text, size_t *length)
{
    const char *end = memchr(l->at, '\n', (size_t)(l->end - l->at));
    if (!end) return false;
    *text = l->at;
    *length = (size_t)(end - l->at);
    if (*length && end[-1] == '\r') --*length;
    l->at = end + 1;
    return true;
}

static bool commented(struct lines *l, const char *prefix, const char **text, size_t *length)
{
    size_t n = strlen(prefix);
    if (!next_line(l, text, length) || *length < n || memcmp(*text, prefix, n) != 0) return false;
    *text += n;
    *length -= n;
    return true;
}

static bool decoded(struct lines *l, void *out, size_t room)
{
    const char *text;
    size_t length, got;
    return next_line(l, &text, &length) && sodium_base642bin(out, room, text, length, NULL, &got, NULL, BASE64) == 0 &&
           got == room;
}

/* ---- key files --------------------------------------------------- */

static bool read_file(const char *path, char out[FILE_MOST], size_t *length, bool secret, struct fault *fault)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return fault_set(fault, "%s: cannot be read: %s", path, strerror(errno));
    ssize_t n = fstat(file, &about) == 0 ? read(file, out, FILE_MOST) : -1;
    close(file);
    if (n < 0) return fault_set(fault, "%s: cannot be read: %s", path, strerror(errno));
    *length = (size_t)n;
    if (secret && about.st_mode & 077)
        return fault_set(fault, "%s: others may read this secret key; run: chmod 600 %s", path, path);
    return true;
}

static bool load_record(const char *path, void *record, size_t size, bool secret, struct fault *fault)
{
    char text[FILE_MOST];
    size_t length = 0, ignored;
    const char *comment;
    if (!read_file(path, text, &length, secret, fault)) return false;
    if (length < sizeof text && length && text[length - 1] != '\n') text[length++] = '\n';
    struct lines l = {text, text + length};
    bool good = commented(&l, untrusted, &comment, &ignored) && decoded(&l, record, size);
    sodium_memzero(text, sizeof text);
    return good || fault_set(fault, "%s: not a %s key of minisign's format", path, secret ? "secret" : "public");
}

bool minisign_load_public(struct minisign_key *key, const char *path, struct fault *fault)
{
    struct public_record r;
    if (sodium_init() < 0) return fault_set(fault, "libsodium cannot be used");
    if (!load_record(path, &r, sizeof r, false, fault)) return false;
    if (memcmp(r.algorithm, "Ed", 2) != 0) return fault_set(fault, "%s: not an Ed25519 key", path);
    memcpy(key->id, r.id, sizeof key->id);
    memcpy(key->bytes, r.key, sizeof key->bytes);
    return true;
}

static void checksum_of(const struct secret_record *r, uint8_t out[32])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 32);
    crypto_generichash_update(&state, r->algorithm, sizeof r->algorithm);
    crypto_generichash_update(&state, r->id, sizeof r->id);
    crypto_generichash_update(&state, r->key, sizeof r->key);
    crypto_generichash_final(&state, out, 32);
}

bool minisign_load_secret(struct minisign_secret *secret, const char *path, struct fault *fault)
{
    struct secret_record r;
    uint8_t checksum[32];
    if (sodium_init() < 0) return fault_set(fault, "libsodium cannot be used");
    if (!load_record(path, &r, sizeof r, true, fault)) return false;
    bool good = memcmp(r.algorithm, "Ed", 2) == 0;
    if (r.derivation[0] || r.derivation[1])
        good = fault_set(fault,
                         "%s: has a password; sign with `minisign -S -s %s -m FILE`, then `wanglou rules sign "
                         "FILE --signature FILE.minisig`",
                         path, path);
    checksum_of(&r, checksum);
    if (good && sodium_memcmp(checksum, r.checksum, sizeof checksum) != 0)
        good = fault_set(fault, "%s: damaged, its checksum does not fit", path);
    memcpy(secret->key.id, r.id, sizeof r.id);
    memcpy(secret->bytes, r.key, sizeof r.key);
    memcpy(secret->key.bytes, r.key + 32, 32); /* Ed25519's secret key ends with its public half */
    sodium_memzero(&r, sizeof r);
    if (!good) minisign_forget(secret);
    return good || fault_set(fault, "%s: not an Ed25519 key", path);
}

bool minisign_make(struct minisign_secret *secret, struct fault *fault)
{
    if (sodium_init() < 0) return fault_set(fault, "libsodium cannot be used");
    randombytes_buf(secret->key.id, sizeof secret->key.id);
    crypto_sign_keypair(secret->key.bytes, secret->bytes);
    return true;
}

void minisign_forget(struct minisign_secret *secret) { sodium_memzero(secret, sizeof *secret); }

static bool write_key(const char *path, const char *title, const void *record, size_t size, bool secret,
                      struct fault *fault)
{
    char text[FILE_MOST], base64[512];
    sodium_bin2base64(base64, sizeof base64, record, size, BASE64);
    int n = snprintf(text, sizeof text, "%s%s\n%s\n", untrusted, title, base64);
    sodium_memzero(base64, sizeof base64);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (secret ? O_EXCL : O_TRUNC), secret ? 0600 : 0644);
    if (file < 0) return fault_set(fault, "%s: cannot be made: %s", path, strerror(errno));
    bool good = write(file, text, (size_t)n) == n && fsync(file) == 0;
    sodium_memzero(text, sizeof text);
    if (close(file) || !good) return fault_set(fault, "%s: cannot be written: %s", path, strerror(errno));
    return true;
}

bool minisign_write(const struct minisign_secret *secret, const char *directory, const char *name, struct fault *fault)
{
    char path[PATH_MAX], title[64], id[MINISIGN_ID_TEXT + 1];
    struct public_record p = {.algorithm = "Ed"};
    struct secret_record s = {.algorithm = "Ed", .checksum_algorithm = "B2"};
    minisign_id_text(secret->key.id, id);
    memcpy(p.id, secret->key.id, sizeof p.id);
    memcpy(p.key, secret->key.bytes, sizeof p.key);
    memcpy(s.id, secret->key.id, sizeof s.id);
    memcpy(s.key, secret->bytes, sizeof s.key);
    checksum_of(&s, s.checksum);
    snprintf(title, sizeof title, "minisign secret key %s", id);
    snprintf(path, sizeof path, "%s/%s.sign.key", directory, name);
    bool good = write_key(path, title, &s, sizeof s, true, fault);
    sodium_memzero(&s, sizeof s);
    snprintf(title, sizeof title, "minisign public key %s", id);
    snprintf(path, sizeof path, "%s/%s.sign.pub", directory, name);
    return good && write_key(path, title, &p, sizeof p, false, fault);
}

/* ---- ids --------------------------------------------------------- */

void minisign_id_text(const uint8_t id[MINISIGN_ID], char out[MINISIGN_ID_TEXT + 1])
{
    /* The id is a little-endian number. */
    for (unsigned i = 0; i < MINISIGN_ID; i++) snprintf(out + 2 * i, 3, "%02X", id[MINISIGN_ID - 1 - i]);
}

bool minisign_id_parse(const char *text, uint8_t id[MINISIGN_ID])
{
    uint8_t big[MINISIGN_ID];
    size_t got;
    if (strlen(text) != MINISIGN_ID_TEXT ||
        sodium_hex2bin(big, sizeof big, text, MINISIGN_ID_TEXT, NULL, &got, NULL) != 0 || got != sizeof big)
        return false;
    for (unsigned i = 0; i < MINISIGN_ID; i++) id[i] = big[MINISIGN_ID - 1 - i];
    return true;
}

/* ---- signatures -------------------------------------------------- */

/* What the second signature covers: the first one, and the trusted comment. */
static size_t global_message(const uint8_t bytes[64], const char *comment, uint8_t out[64 + MINISIGN_COMMENT])
{
    size_t n = strlen(comment);
    memcpy(out, bytes, 64);
    memcpy(out + 64, comment, n);
    return 64 + n;
}

size_t minisign_sign(const struct minisign_secret *secret, const void *data, size_t length, const char *comment,
                     char out[MINISIGN_TEXT])
{
    struct signature_record r = {.algorithm = "ED"}; /* of the hash */
    uint8_t hash[HASH], global[64], message[64 + MINISIGN_COMMENT];
    char id[MINISIGN_ID_TEXT + 1], first[128], second[128];
    if (strlen(comment) > MINISIGN_COMMENT || strpbrk(comment, "\r\n")) return 0;
    crypto_generichash(hash, sizeof hash, data, length, NULL, 0);
    crypto_sign_detached(r.bytes, NULL, hash, sizeof hash, secret->bytes);
    memcpy(r.id, secret->key.id, sizeof r.id);
    crypto_sign_detached(global, NULL, message, global_message(r.bytes, comment, message), secret->bytes);
    sodium_bin2base64(first, sizeof first, (const uint8_t *)&r, sizeof r, BASE64);
    sodium_bin2base64(second, sizeof second, global, sizeof global, BASE64);
    minisign_id_text(secret->key.id, id);
    int n = snprintf(out, MINISIGN_TEXT, "%ssignature from wanglou key %s\n%s\n%s%s\n%s\n", untrusted, id, first,
                     trusted, comment, second);
    return n > 0 && n < MINISIGN_TEXT ? (size_t)n : 0;
}

size_t minisign_parse(const char *text, size_t length, struct minisign_signature *s)
{
    struct lines l = {text, text + (length < MINISIGN_TEXT ? length : MINISIGN_TEXT)};
    struct signature_record r;
    const char *comment;
    size_t n;
    if (!commented(&l, untrusted, &comment, &n) || !decoded(&l, &r, sizeof r) || !commented(&l, trusted, &comment, &n))
        return 0;
    if (n > MINISIGN_COMMENT || memchr(comment, 0, n) || !decoded(&l, s->global, sizeof s->global)) return 0;
    s->hashed = memcmp(r.algorithm, "ED", 2) == 0;
    if (!s->hashed && memcmp(r.algorithm, "Ed", 2) != 0) return 0;
    memcpy(s->id, r.id, sizeof s->id);
    memcpy(s->bytes, r.bytes, sizeof s->bytes);
    memcpy(s->comment, comment, n);
    s->comment[n] = 0;
    return (size_t)(l.at - text);
}

bool minisign_verify(const struct minisign_signature *s, const struct minisign_key *key, const void *data,
                     size_t length)
{
    uint8_t hash[HASH], message[64 + MINISIGN_COMMENT];
    if (memcmp(s->id, key->id, MINISIGN_ID) != 0) return false;
    if (s->hashed) crypto_generichash(hash, sizeof hash, data, length, NULL, 0);
    return crypto_sign_verify_detached(s->bytes, s->hashed ? hash : data, s->hashed ? sizeof hash : length,
                                       key->bytes) == 0 &&
           crypto_sign_verify_detached(s->global, message, global_message(s->bytes, s->comment, message), key->bytes) ==
               0;
}
