/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of compiled patterns (database.h). A file that is not this user's, that others can write to, whose digest
 * does not fit or that the library does not take is passed over and compiled anew: the cache only saves time. */
#include "signatures/database.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/text.h"

enum { DIGEST = 32, FILE_CAP = 256 << 20 };

static char directory[PATH_MAX - 128];
static struct database_figures figures;

struct database_figures database_figures(void) { return figures; }

/* ---- requests ---------------------------------------------------- */

bool database_add(struct database_request *r, unsigned i, const struct database_pattern *p)
{
    if (!r->expressions) {
        r->expressions = calloc(r->room, sizeof *r->expressions);
        r->flags = calloc(r->room, sizeof *r->flags);
        r->ids = calloc(r->room, sizeof *r->ids);
        r->extensions = calloc(r->room, sizeof *r->extensions);
        r->extension_list = calloc(r->room, sizeof *r->extension_list);
    }
    if (!r->expressions || !r->flags || !r->ids || !r->extensions || !r->extension_list) return false;
    hs_expr_ext_t *e = &r->extensions[i];
    if (p->min_offset) e->flags |= HS_EXT_FLAG_MIN_OFFSET, e->min_offset = p->min_offset;
    if (p->max_offset) e->flags |= HS_EXT_FLAG_MAX_OFFSET, e->max_offset = p->max_offset;
    r->flags[i] = p->flags;
    r->ids[i] = i;
    r->extension_list[i] = e;
    return (r->expressions[i] = strdup(p->expression)) != NULL;
}

void database_forget(struct database_request *r)
{
    for (unsigned i = 0; r->expressions && i < r->room; i++) free((char *)r->expressions[i]);
    free(r->expressions);
    free(r->flags);
    free(r->ids);
    free(r->extensions);
    free(r->extension_list);
    *r = (struct database_request){0};
}

/* ---- the cache --------------------------------------------------- */

static bool is_ours(const struct stat *s) { return s->st_uid == geteuid() && !(s->st_mode & 022); }

/* With its parents; what is made here is this user's alone. */
static bool make_directory(const char *path)
{
    char part[sizeof directory];
    for (const char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
        memcpy(part, path, (size_t)(end - path));
        part[end - path] = 0;
        if (mkdir(part, 0700) != 0 && errno != EEXIST) return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

bool database_cache(const char *path, struct fault *fault)
{
    struct stat status;
    directory[0] = 0;
    if (!path) return true;
    if (strlen(path) >= sizeof directory) return fault_set(fault, "%s: the name is too long", path);
    if (!make_directory(path)) return fault_set(fault, "%s: %s", path, strerror(errno));
    if (lstat(path, &status) != 0) return fault_set(fault, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode) || !is_ours(&status))
        return fault_set(fault, "%s: a cache of patterns belongs to the user who runs this, with mode 0700", path);
    return text_put(directory, sizeof directory, path);
}

static void add(crypto_generichash_state *state, const void *bytes, size_t length)
{
    crypto_generichash_update(state, (const uint8_t *)&length, sizeof length);
    crypto_generichash_update(state, bytes, length);
}

static void digest_of(const struct database_request *r, uint8_t out[DIGEST])
{
    crypto_generichash_state state;
    hs_platform_info_t platform;
    memset(&platform, 0, sizeof platform);
    hs_populate_platform(&platform);
    crypto_generichash_init(&state, NULL, 0, DIGEST);
    add(&state, hs_version(), strlen(hs_version()));
    add(&state, &platform, sizeof platform);
    add(&state, &r->streaming, sizeof r->streaming);
    for (unsigned i = 0; i < r->room; i++) {
        const uint64_t numbers[] = {r->flags[i], r->extensions[i].flags, r->extensions[i].min_offset,
                                    r->extensions[i].max_offset};
        add(&state, r->expressions[i], strlen(r->expressions[i]));
        add(&state, numbers, sizeof numbers);
    }
    crypto_generichash_final(&state, out, DIGEST);
}

static void path_of(const uint8_t digest[DIGEST], char out[PATH_MAX])
{
    char hex[2 * DIGEST + 1];
    sodium_bin2hex(hex, sizeof hex, digest, DIGEST);
    snprintf(out, PATH_MAX, "%s/%s.hs", directory, hex);
}

static bool read_all(int file, char *out, size_t length)
{
    for (size_t n = 0; n < length;) {
        ssize_t got = read(file, out + n, length - n);
        if (got <= 0) return false;
        n += (size_t)got;
    }
    return true;
}

static bool write_all(int file, const void *bytes, size_t length)
{
    const char *at = bytes;
    for (size_t n = 0; n < length;) {
        ssize_t put = write(file, at + n, length - n);
        if (put <= 0) return false;
        n += (size_t)put;
    }
    return true;
}

/* The file: a digest of the serialized database, and that. */
static bool from_cache(const char *path, hs_database_t **out)
{
    struct stat status;
    uint8_t expected[DIGEST], found[DIGEST];
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    char *bytes = NULL;
    bool good = file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) && is_ours(&status) &&
                status.st_size > DIGEST && status.st_size < FILE_CAP;
    size_t length = good ? (size_t)status.st_size - DIGEST : 0;
    good =
        good && (bytes = malloc(length)) && read_all(file, (char *)expected, DIGEST) && read_all(file, bytes, length);
    if (file >= 0) close(file);
    if (good) crypto_generichash(found, DIGEST, (const uint8_t *)bytes, length, NULL, 0);
    good = good && memcmp(expected, found, DIGEST) == 0 && hs_deserialize_database(bytes, length, out) == HS_SUCCESS;
    free(bytes);
    return good;
}

/* Written aside and renamed, so that nobody reads half of it. A full disk costs the cache only. */
static void to_cache(const char *path, const hs_database_t *database)
{
    char *bytes = NULL, part[PATH_MAX];
    size_t length = 0;
    uint8_t digest[DIGEST];
    if (hs_serialize_database(database, &bytes, &length) != HS_SUCCESS) return;
    crypto_generichash(digest, DIGEST, (const uint8_t *)bytes, length, NULL, 0);
    int n = snprintf(part, sizeof part, "%s.%ld", path, (long)getpid());
    int file = n > 0 && (size_t)n < sizeof part ? open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (file >= 0) {
        bool good = write_all(file, digest, DIGEST) && write_all(file, bytes, length);
        if (close(file) != 0 || !good || rename(part, path) != 0) unlink(part);
    }
    free(bytes);
}

static bool compile(const struct database_request *r, hs_database_t **out, struct fault *fault)
{
    hs_compile_error_t *error = NULL;
    if (hs_compile_ext_multi(r->expressions, r->flags, r->ids, r->extension_list, r->room,
                             r->streaming ? HS_MODE_STREAM : HS_MODE_BLOCK, NULL, out, &error) == HS_SUCCESS)
        return true;
    bool one = error && error->expression >= 0;
    fault_set(fault, "pattern %s: %s", one ? r->expressions[error->expression] : "",
              error ? error->message : "Hyperscan cannot run on this processor");
    hs_free_compile_error(error);
    return false;
}

bool database_make(const struct database_request *r, hs_database_t **out, struct fault *fault)
{
    uint8_t digest[DIGEST];
    char path[PATH_MAX];
    if (directory[0]) {
        digest_of(r, digest);
        path_of(digest, path);
        if (from_cache(path, out)) return figures.cached++, true;
    }
    if (!compile(r, out, fault)) return false;
    figures.compiled++;
    if (directory[0]) to_cache(path, *out);
    return true;
}
