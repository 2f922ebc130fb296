/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of people: Ed25519, sealed by XSalsa20-Poly1305 under Argon2id of the password (RFC 9106; libsodium). */
#include "collector/service/signing.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"

enum {
    SALT = crypto_pwhash_SALTBYTES,
    NONCE = crypto_secretbox_NONCEBYTES,
    SEALED = SIGN_SECRET + crypto_secretbox_MACBYTES,
    LOCK = crypto_secretbox_KEYBYTES,
    BASE64 = 64
};

const struct schema control_schema_signing = {
    "signing",
    (const char *const[]){
        "CREATE TABLE signing_key(key INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, name TEXT NOT NULL,"
        " public BLOB NOT NULL, salt BLOB NOT NULL, nonce BLOB NOT NULL, sealed BLOB NOT NULL, made INTEGER NOT NULL,"
        " node TEXT NOT NULL, certificate BLOB NOT NULL);"
        "CREATE INDEX signing_key_account ON signing_key(account, key);"
        "CREATE TRIGGER signing_key_no_delete BEFORE DELETE ON signing_key BEGIN SELECT raise(ABORT, 'what was signed"
        " must stay verifiable'); END;",
        NULL}};

/* What the node certifies; to be freed by free(). */
static char *certified(const char *name, int64_t account, const uint8_t public[SIGN_PUBLIC], int64_t made_us)
{
    char text[BASE64];
    sodium_bin2base64(text, sizeof text, public, SIGN_PUBLIC, sodium_base64_VARIANT_ORIGINAL);
    json_t *line = json_pack("[s,s,I,s,I]", "wanglou key 1", name, (json_int_t)account, text, (json_int_t)made_us);
    char *out = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    if (!out) abort();
    return out;
}

static bool lock_of(const char *password, const uint8_t salt[SALT], uint8_t out[LOCK], struct fault *fault)
{
    return crypto_pwhash(out, LOCK, password, strlen(password), salt, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                         crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0 ||
           fault_set(fault, "no memory to seal a signing key");
}

static bool seal(const struct person_key *key, const char *password, uint8_t salt[SALT], uint8_t nonce[NONCE],
                 uint8_t sealed[SEALED], struct fault *fault)
{
    uint8_t lock[LOCK];
    randombytes_buf(salt, SALT);
    randombytes_buf(nonce, NONCE);
    if (!lock_of(password, salt, lock, fault)) return false;
    crypto_secretbox_easy(sealed, key->secret, SIGN_SECRET, nonce, lock);
    sodium_memzero(lock, sizeof lock);
    return true;
}

struct stored_key {
    int64_t key;
    uint8_t salt[SALT], nonce[NONCE], sealed[SEALED];
};

static bool take_blob(sqlite3_stmt *row, int column, uint8_t *out, size_t length)
{
    if ((size_t)sqlite3_column_bytes(row, column) != length) return false;
    memcpy(out, sqlite3_column_blob(row, column), length);
    return true;
}

/* False: the account has none. */
static bool newest(struct control *control, int64_t account, struct stored_key *out)
{
    sqlite3_stmt *select = database_prepare(
        control_lock(control),
        "SELECT key, salt, nonce, sealed FROM signing_key WHERE account=? ORDER BY key DESC LIMIT 1", NULL);
    if (select) database_bind(select, "i", account);
    bool found = select && sqlite3_step(select) == SQLITE_ROW && take_blob(select, 1, out->salt, SALT) &&
                 take_blob(select, 2, out->nonce, NONCE) && take_blob(select, 3, out->sealed, SEALED);
    if (found) out->key = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    control_unlock(control);
    return found;
}

static bool make(struct control *control, const struct keys *node, int64_t account, const char *name,
                 const char *password, struct person_key *out, struct fault *fault)
{
    uint8_t public[SIGN_PUBLIC], salt[SALT], nonce[NONCE], sealed[SEALED], certificate[SIGNATURE];
    int64_t made_us = store_now_us();
    crypto_sign_keypair(public, out->secret);
    if (!seal(out, password, salt, nonce, sealed, fault)) return false;
    char *line = certified(name, account, public, made_us);
    crypto_sign_detached(certificate, NULL, (const uint8_t *)line, strlen(line), node->sign_secret);
    free(line);
    sqlite3 *database = control_lock(control);
    bool good = database_run(database, fault,
                             "INSERT INTO signing_key(account,name,public,salt,nonce,sealed,made,node,certificate)"
                             " VALUES(?,?,?,?,?,?,?,?,?)",
                             "isbbbbisb", account, name, (const void *)public, sizeof public, (const void *)salt,
                             sizeof salt, (const void *)nonce, sizeof nonce, (const void *)sealed, sizeof sealed,
                             made_us, node->name, (const void *)certificate, sizeof certificate);
    if (good) out->key = sqlite3_last_insert_rowid(database);
    control_unlock(control);
    return good;
}

bool signing_open(struct control *control, const struct keys *node, int64_t account, const char *name,
                  const char *password, struct person_key *out, struct fault *fault)
{
    struct stored_key stored;
    uint8_t lock[LOCK];
    *out = (struct person_key){0};
    if (newest(control, account, &stored)) {
        if (!lock_of(password, stored.salt, lock, fault)) return false;
        bool open = crypto_secretbox_open_easy(out->secret, stored.sealed, SEALED, stored.nonce, lock) == 0;
        sodium_memzero(lock, sizeof lock);
        if (open) {
            out->key = stored.key;
            return true;
        }
    }
    return make(control, node, account, name, password, out, fault);
}

bool signing_seal(struct control *control, const struct person_key *key, const char *password, struct fault *fault)
{
    uint8_t salt[SALT], nonce[NONCE], sealed[SEALED];
    if (!key->key) return true;
    if (!seal(key, password, salt, nonce, sealed, fault)) return false;
    bool good =
        database_run(control_lock(control), fault, "UPDATE signing_key SET salt=?, nonce=?, sealed=? WHERE key=?",
                     "bbbi", (const void *)salt, sizeof salt, (const void *)nonce, sizeof nonce, (const void *)sealed,
                     sizeof sealed, key->key);
    control_unlock(control);
    return good;
}

int64_t signing_key_of(const struct signer *signer) { return signer->person ? signer->person->key : 0; }

void signing_sign(const struct signer *signer, const char *line, uint8_t out[SIGNATURE])
{
    const uint8_t *secret = signing_key_of(signer) ? signer->person->secret : signer->node->sign_secret;
    crypto_sign_detached(out, NULL, (const uint8_t *)line, strlen(line), secret);
}

/* The public half of a person's key, when the node's certificate of it holds. */
static bool public_of(sqlite3 *database, const uint8_t node_public[SIGN_PUBLIC], int64_t key,
                      uint8_t public[SIGN_PUBLIC], char owner[SIGNING_NAME + 1])
{
    uint8_t certificate[SIGNATURE];
    sqlite3_stmt *select = database_prepare(
        database, "SELECT name, account, public, made, certificate FROM signing_key WHERE key=?", NULL);
    if (select) database_bind(select, "i", key);
    bool good = select && sqlite3_step(select) == SQLITE_ROW && take_blob(select, 2, public, SIGN_PUBLIC) &&
                take_blob(select, 4, certificate, SIGNATURE);
    if (good) {
        snprintf(owner, SIGNING_NAME + 1, "%s", database_text(select, 0));
        char *line = certified(owner, sqlite3_column_int64(select, 1), public, sqlite3_column_int64(select, 3));
        good = crypto_sign_verify_detached(certificate, (const uint8_t *)line, strlen(line), node_public) == 0;
        free(line);
    }
    sqlite3_finalize(select);
    return good;
}

bool signing_holds(sqlite3 *database, const uint8_t node_public[SIGN_PUBLIC], int64_t key, const char *line,
                   const uint8_t *signature, size_t length, char owner[SIGNING_NAME + 1])
{
    uint8_t public[SIGN_PUBLIC];
    owner[0] = 0;
    if (length != SIGNATURE) return false;
    if (key && !public_of(database, node_public, key, public, owner)) return false;
    return crypto_sign_verify_detached(signature, (const uint8_t *)line, strlen(line), key ? public : node_public) == 0;
}
