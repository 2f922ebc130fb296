/* SPDX-License-Identifier: Apache-2.0 */
/* Time-based one-time codes in control.db (RFC 6238 over RFC 4226; Base32 of RFC 4648 §6). */
#include "collector/service/totp.h"

#include <gnutls/crypto.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { STEP_SECONDS = 30, STEPS_EITHER_WAY = 1, SHA1_BYTES = 20, HASH_BYTES = 32 };

const struct schema control_schema_totp = {
    "totp", (const char *const[]){
                /* last_step: the step of the last code used, so that none is good twice. */
                "CREATE TABLE totp(account INTEGER PRIMARY KEY REFERENCES account(account) ON DELETE CASCADE,"
                " secret BLOB NOT NULL, confirmed INTEGER NOT NULL DEFAULT 0, last_step INTEGER NOT NULL DEFAULT 0);"
                "CREATE TABLE recovery_code(account INTEGER NOT NULL REFERENCES account(account) ON DELETE CASCADE,"
                " hash BLOB NOT NULL, PRIMARY KEY(account, hash)) WITHOUT ROWID;",
                NULL}};

void totp_code(const uint8_t *secret, size_t length, uint64_t step, char out[TOTP_CODE + 1])
{
    uint8_t message[8], digest[SHA1_BYTES];
    for (int i = 0; i < 8; i++) message[i] = (uint8_t)(step >> (56 - 8 * i));
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA1, secret, length, message, sizeof message, digest) != 0)
        memset(digest, 0, sizeof digest);
    unsigned at = digest[SHA1_BYTES - 1] & 15; /* RFC 4226 §5.3, dynamic truncation */
    uint32_t number = (uint32_t)(digest[at] & 0x7f) << 24 | (uint32_t)digest[at + 1] << 16 |
                      (uint32_t)digest[at + 2] << 8 | digest[at + 3];
    snprintf(out, TOTP_CODE + 1, "%06u", (unsigned)(number % 1000000u));
}

static void base32(const uint8_t *bytes, char *out)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (int i = 0; i < TOTP_SECRET_TEXT; i++) {
        int bit = 5 * i;
        unsigned two = (unsigned)bytes[bit / 8] << 8 | (bit / 8 + 1 < TOTP_SECRET ? bytes[bit / 8 + 1] : 0);
        out[i] = alphabet[two >> (11 - bit % 8) & 31];
    }
    out[TOTP_SECRET_TEXT] = 0;
}

static void hash_of(int64_t account, const char *code, uint8_t out[HASH_BYTES])
{
    char text[64];
    snprintf(text, sizeof text, "%lld:%s", (long long)account, code);
    crypto_generichash(out, HASH_BYTES, (const unsigned char *)text, strlen(text), NULL, 0);
}

/* The step around now whose code this is; 0: none. */
static int64_t step_of(const uint8_t *secret, size_t length, const char *code, int64_t now)
{
    char right[TOTP_CODE + 1];
    int64_t found = 0;
    if (strlen(code) != TOTP_CODE) return 0;
    for (int64_t step = now / STEP_SECONDS - STEPS_EITHER_WAY; step <= now / STEP_SECONDS + STEPS_EITHER_WAY; step++) {
        totp_code(secret, length, (uint64_t)step, right);
        if (sodium_memcmp(right, code, TOTP_CODE) == 0) found = step;
    }
    return found;
}

static bool use_recovery(sqlite3 *database, int64_t account, const char *code, struct fault *fault)
{
    uint8_t hash[HASH_BYTES];
    hash_of(account, code, hash);
    return database_run(database, fault, "DELETE FROM recovery_code WHERE account=? AND hash=?", "ib", account,
                        (const void *)hash, sizeof hash) &&
           sqlite3_changes(database) == 1;
}

/* With the lock held. `confirmed`: only a secret in force, or only one that is not. */
static enum totp_check check(sqlite3 *database, int64_t account, const char *code, int64_t now, bool confirmed,
                             struct fault *fault)
{
    sqlite3_stmt *find =
        database_prepare(database, "SELECT secret, last_step FROM totp WHERE account=? AND confirmed=?", fault);
    if (!find) return TOTP_FAILED;
    database_bind(find, "ii", account, (int64_t)confirmed);
    int result = sqlite3_step(find);
    enum totp_check answer = result == SQLITE_DONE ? TOTP_NONE : TOTP_FAILED;
    int64_t step = 0, last = 0;
    if (result == SQLITE_ROW) {
        step = step_of(sqlite3_column_blob(find, 0), (size_t)sqlite3_column_bytes(find, 0), code, now);
        last = sqlite3_column_int64(find, 1);
        answer = !*code ? TOTP_ASKED : step > last ? TOTP_RIGHT : TOTP_WRONG;
    }
    sqlite3_finalize(find);
    if (answer == TOTP_RIGHT &&
        !database_run(database, fault, "UPDATE totp SET last_step=? WHERE account=?", "ii", step, account))
        return TOTP_FAILED;
    if (answer == TOTP_WRONG && confirmed && use_recovery(database, account, code, fault)) return TOTP_RIGHT;
    return answer;
}

enum totp_check totp_check(struct control *control, int64_t account, const char *code, int64_t now, struct fault *fault)
{
    enum totp_check answer = check(control_lock(control), account, code, now, true, fault);
    control_unlock(control);
    return answer;
}

bool totp_in_force(struct control *control, int64_t account)
{
    int64_t there =
        database_number(control_lock(control), 0, "SELECT confirmed FROM totp WHERE account=?", "i", account);
    control_unlock(control);
    return there;
}

bool totp_enrol(struct control *control, int64_t account, char text[TOTP_SECRET_TEXT + 1], struct fault *fault)
{
    uint8_t secret[TOTP_SECRET];
    randombytes_buf(secret, sizeof secret);
    base32(secret, text);
    bool good = database_run(control_lock(control), fault, "INSERT OR REPLACE INTO totp(account,secret) VALUES(?,?)",
                             "ib", account, (const void *)secret, sizeof secret);
    control_unlock(control);
    sodium_memzero(secret, sizeof secret);
    return good;
}

static void make_recovery(char out[RECOVERY_TEXT + 1])
{
    static const char alphabet[] = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
    for (int i = 0; i < RECOVERY_TEXT; i++)
        out[i] = i == RECOVERY_TEXT / 2 ? '-' : alphabet[randombytes_uniform(sizeof alphabet - 1)];
    out[RECOVERY_TEXT] = 0;
}

enum totp_check totp_confirm(struct control *control, int64_t account, const char *code, int64_t now,
                             char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    enum totp_check answer = check(database, account, code, now, false, fault);
    bool good = answer == TOTP_RIGHT &&
                database_run(database, fault, "UPDATE totp SET confirmed=1 WHERE account=?", "i", account) &&
                database_run(database, fault, "DELETE FROM recovery_code WHERE account=?", "i", account);
    for (int i = 0; good && i < RECOVERY_CODES; i++) {
        uint8_t hash[HASH_BYTES];
        make_recovery(codes[i]);
        hash_of(account, codes[i], hash);
        good = database_run(database, fault, "INSERT INTO recovery_code VALUES(?,?)", "ib", account, (const void *)hash,
                            sizeof hash);
    }
    control_unlock(control);
    return answer == TOTP_RIGHT && !good ? TOTP_FAILED : answer;
}

bool totp_remove(struct control *control, int64_t account, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    bool good = database_run(database, fault, "DELETE FROM totp WHERE account=?", "i", account) &&
                database_run(database, fault, "DELETE FROM recovery_code WHERE account=?", "i", account);
    control_unlock(control);
    return good;
}
