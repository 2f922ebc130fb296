/* SPDX-License-Identifier: Apache-2.0 */
/* Making, writing and loading key files; libsodium and libzmq do the cryptography. */
#include "common/keys.h"
#include "common/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

enum { BASE64_ROOM = 96 };

bool node_name_valid(const char *name)
{
    size_t n = strlen(name);
    return n >= 1 && n <= NODE_NAME_MAX && name[0] != '.' && name[0] != '_' && name[0] != '-' &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

bool keys_make(struct keys *keys, const char *name, struct fault *fault)
{
    *keys = (struct keys){0};
    if (!node_name_valid(name))
        return fault_set(
            fault, "%s: not a node's name; use 1 to 63 of A-Z a-z 0-9 . _ -, beginning with a letter or digit", name);
    memcpy(keys->name, name, strlen(name) + 1);
    if (sodium_init() < 0 || zmq_curve_keypair(keys->curve_public, keys->curve_secret))
        return fault_set(fault, "keys cannot be made: libzmq has no CURVE here");
    crypto_sign_keypair(keys->sign_public, keys->sign_secret);
    return true;
}

void keys_forget(struct keys *keys)
{
    sodium_memzero(keys->curve_secret, sizeof keys->curve_secret);
    sodium_memzero(keys->sign_secret, sizeof keys->sign_secret);
}

void sign_key_print(const uint8_t *key, size_t length, char *out, size_t room)
{
    sodium_bin2base64(out, room, key, length, sodium_base64_VARIANT_ORIGINAL);
}

bool sign_key_parse(const char *text, uint8_t *key, size_t length)
{
    size_t got;
    return sodium_base642bin(key, length, text, strlen(text), NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
           got == length;
}

static bool write_file(const char *path, const char *text, mode_t mode, int flags, struct fault *fault)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
    if (file < 0 && errno == EEXIST)
        return fault_set(fault, "%s: exists already; remove it to make a new pair (its node must be enrolled anew)",
                         path);
    if (file < 0) return fault_set(fault, "%s: cannot be made: %s", path, strerror(errno));
    size_t n = strlen(text);
    bool done = write(file, text, n) == (ssize_t)n && fsync(file) == 0;
    if (close(file) || !done) return fault_set(fault, "%s: cannot be written: %s", path, strerror(errno));
    return true;
}

bool keys_write(const struct keys *keys, const char *directory, struct fault *fault)
{
    char path[PATH_MAX], text[1024], sign_public[BASE64_ROOM], sign_secret[BASE64_ROOM];
    sign_key_print(keys->sign_public, SIGN_PUBLIC, sign_public, sizeof sign_public);
    sign_key_print(keys->sign_secret, SIGN_SECRET, sign_secret, sizeof sign_secret);
    snprintf(text, sizeof text,
             "# Wanglou: SECRET key of a node. It stays on this machine, readable by its owner alone.\n"
             "name: %s\ncurve-public: \"%s\"\ncurve-secret: \"%s\"\nsign-public: \"%s\"\nsign-secret: \"%s\"\n",
             keys->name, keys->curve_public, keys->curve_secret, sign_public, sign_secret);
    snprintf(path, sizeof path, "%s/%s.key", directory, keys->name);
    bool done = write_file(path, text, 0600, O_EXCL, fault);
    sodium_memzero(text, sizeof text);
    sodium_memzero(sign_secret, sizeof sign_secret);
    return done && keys_write_public(keys, directory, fault);
}

bool keys_write_public(const struct keys *keys, const char *directory, struct fault *fault)
{
    char path[PATH_MAX], text[1024], sign_public[BASE64_ROOM];
    sign_key_print(keys->sign_public, SIGN_PUBLIC, sign_public, sizeof sign_public);
    snprintf(text, sizeof text,
             "# Wanglou: public key of a node. Give it to the collector that this node reports to.\n"
             "name: %s\ncurve-public: \"%s\"\nsign-public: \"%s\"\n",
             keys->name, keys->curve_public, sign_public);
    snprintf(path, sizeof path, "%s/%s.pub", directory, keys->name);
    return write_file(path, text, 0644, O_TRUNC, fault);
}

bool curve_key_valid(const char *text)
{
    uint8_t binary[32];
    bool valid = strlen(text) == CURVE_TEXT && zmq_z85_decode(binary, text);
    sodium_memzero(binary, sizeof binary);
    return valid;
}

static bool take_curve(const struct yaml_node *node, char out[CURVE_TEXT + 1], struct fault *fault)
{
    const char *text = NULL;
    if (!node || !yaml_text(node, &text, fault)) return false;
    if (!curve_key_valid(text)) return yaml_fault(node, fault, "not a CURVE key: 40 characters of Z85 are needed");
    memcpy(out, text, CURVE_TEXT + 1);
    return true;
}

static bool take_sign(const struct yaml_node *node, uint8_t *out, size_t length, struct fault *fault)
{
    const char *text = NULL;
    if (!node || !yaml_text(node, &text, fault)) return false;
    return sign_key_parse(text, out, length) ||
           yaml_fault(node, fault, "not an Ed25519 key: %zu bytes in Base64 are needed", length);
}

static bool load(struct keys *keys, const char *path, bool secret, struct fault *fault)
{
    static const char *const names[] = {"name", "curve-public", "curve-secret", "sign-public", "sign-secret", NULL};
    const char *name = NULL;
    *keys = (struct keys){0};
    struct yaml *document = sodium_init() < 0 ? NULL : yaml_load_file(path, fault);
    if (!document) return false;
    const struct yaml_node *root = yaml_root(document);
    bool good = yaml_keys(root, names, fault) && yaml_text(yaml_required(root, "name", fault), &name, fault) && name &&
                take_curve(yaml_required(root, "curve-public", fault), keys->curve_public, fault) &&
                take_sign(yaml_required(root, "sign-public", fault), keys->sign_public, SIGN_PUBLIC, fault);
    if (good && !node_name_valid(name))
        good = yaml_fault(yaml_get(root, "name"), fault, "\"%s\" is not a node's name", name);
    if (good) memcpy(keys->name, name, strlen(name) + 1);
    if (good && secret)
        good = take_curve(yaml_required(root, "curve-secret", fault), keys->curve_secret, fault) &&
               take_sign(yaml_required(root, "sign-secret", fault), keys->sign_secret, SIGN_SECRET, fault);
    yaml_close(document);
    return good || fault_set(fault, "%s: not a key file", path);
}

bool keys_load_secret(struct keys *keys, const char *path, struct fault *fault)
{
    struct stat about;
    if (stat(path, &about))
        return fault_set(fault, "%s: cannot be read: %s; make it with `wanglou keys`", path, strerror(errno));
    if (about.st_mode & 077)
        return fault_set(fault, "%s: others may read this secret key; run: chmod 600 %s", path, path);
    return load(keys, path, true, fault);
}

bool keys_load_public(struct keys *keys, const char *path, struct fault *fault)
{
    return load(keys, path, false, fault);
}

void keys_fingerprint(const struct keys *keys, char out[FINGERPRINT + 1])
{
    uint8_t hash[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const uint8_t *)keys->curve_public, CURVE_TEXT);
    crypto_generichash_update(&state, keys->sign_public, SIGN_PUBLIC);
    crypto_generichash_final(&state, hash, sizeof hash);
    for (unsigned i = 0, at = 0; i < sizeof hash; i++) {
        if (i && i % 2 == 0) out[at++] = '-';
        at += (unsigned)snprintf(out + at, 3, "%02X", hash[i]);
    }
}
