/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords by libsodium's crypto_pwhash (Argon2id), and the rules for new ones (GB/T 22239 8.1.4.1: complexity). */
#include "collector/service/password.h"

#include <ctype.h>
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

#include "collector/service/accounts.h"

enum { HASHES_AT_ONCE = 2, HASH_WAIT_SECONDS = 3 };

_Static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "room for a hash");

static sem_t hashing;
static char nobody[PASSWORD_HASH]; /* the hash of a password that nobody has */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void)
{
    char password[32];
    sem_init(&hashing, 0, HASHES_AT_ONCE);
    password_make(password);
    if (crypto_pwhash_str(nobody, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE))
        nobody[0] = 0;
}

static bool enter(void)
{
    struct timespec until;
    pthread_once(&once, prepare);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += HASH_WAIT_SECONDS;
    return sem_timedwait(&hashing, &until) == 0;
}

bool password_hash(const char *password, char out[PASSWORD_HASH], struct fault *fault)
{
    if (!enter()) return fault_set(fault, "too many passwords are being hashed");
    bool good = crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                  crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
    sem_post(&hashing);
    return good || fault_set(fault, "no memory to hash a password (64 MiB are needed)");
}

enum password_match password_matches(const char *stored, const char *password)
{
    if (!enter()) return PASSWORD_MATCH_BUSY;
    bool good = crypto_pwhash_str_verify(stored ? stored : nobody, password, strlen(password)) == 0;
    sem_post(&hashing);
    return good && stored ? PASSWORD_MATCH : PASSWORD_NO_MATCH;
}

void password_make(char *out)
{
    static const char alphabet[] = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"; /* without I, L, O, U */
    for (int i = 0; i < 15; i++) {
        if (i && i % 5 == 0) *out++ = '-';
        *out++ = alphabet[randombytes_uniform(sizeof alphabet - 1)];
    }
    *out = 0;
}

bool account_name_valid(const char *name)
{
    size_t n = strlen(name);
    if (!n || n > ACCOUNT_NAME_MAX || !isalnum((unsigned char)name[0])) return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && !strchr("._-@", *name)) return false;
    return true;
}

const char *accounts_password_flaw(const char *name, const char *password)
{
    static const char *const common[] = {"password", "12345678", "qwertyui", "administrator", "wanglou", "changeme"};
    size_t n = strlen(password), characters = 0;
    bool digit = false, lower = false, upper = false, other = false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)password[i];
        characters += (c & 0xc0) != 0x80;
        digit |= isdigit(c) != 0;
        lower |= islower(c) != 0;
        upper |= isupper(c) != 0;
        other |= !isalnum(c);
    }
    if (characters < PASSWORD_LEAST) return "short";
    if (n > PASSWORD_MOST) return "long";
    if (digit + lower + upper + other < 3 && characters < 16) return "simple";
    if (strcasestr(password, name)) return "name";
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strcasestr(password, common[i])) return "common";
    return NULL;
}
