/* SPDX-License-Identifier: Apache-2.0 */
/* Makes bundles of signatures (bundle.h). */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zstd.h>

#include "common/file.h"
#include "signatures/bundle.h"
#include "signatures/rule.h"
#include "signatures/sets.h"

enum { LEVEL = 19 };

struct build {
    const char *directory;
    json_t *manifest, *files;
    char *bytes;
    size_t length, room;
    struct fault *fault;
};

static bool reserve(struct build *b, size_t more)
{
    if (more > BUNDLE_UNPACKED - b->length) return fault_set(b->fault, "the rules are too much for one bundle");
    if (b->length + more <= b->room) return true;
    size_t room = b->length + more + (1 << 20);
    char *bytes = realloc(b->bytes, room);
    if (!bytes) return fault_set(b->fault, "out of memory");
    b->bytes = bytes;
    b->room = room;
    return true;
}

static json_t *digest_of(const void *bytes, size_t length)
{
    char digest[DIGEST_TEXT + 1];
    return json_string(digest_text(bytes, length, digest));
}

/* Its name below the directory; a file by itself has its own last name. */
static const char *name_of(const struct build *b, const char *path)
{
    size_t n = strlen(b->directory);
    const char *last = strrchr(path, '/');
    if (strncmp(path, b->directory, n) == 0 && path[n] == '/') return path + n + 1 + strspn(path + n + 1, "/");
    return last ? last + 1 : path;
}

static bool add_file(void *context, const char *path)
{
    struct build *b = context;
    FILE *in = fopen(path, "rb");
    if (!in) return fault_set(b->fault, "%s: %s", path, strerror(errno));
    size_t from = b->length, n = 1;
    while (n && reserve(b, 1 << 16)) b->length += n = fread(b->bytes + b->length, 1, 1 << 16, in);
    bool good = !b->fault->text[0] && !ferror(in);
    fclose(in);
    json_t *about = json_pack("{s:s, s:I, s:o}", "name", name_of(b, path), "size", (json_int_t)(b->length - from),
                              "sha256", digest_of(b->bytes + from, b->length - from));
    json_array_append_new(b->files, about);
    return good || fault_set(b->fault, "%s: cannot be read", path);
}

static json_t *about_rules(const struct ruleset *ruleset)
{
    unsigned count, proofs;
    const struct rule *const *rules = ruleset_rules(ruleset, &count);
    json_t *all = json_object();
    for (unsigned i = 0; i < count; i++) {
        const struct proof *proof = rule_proofs(rules[i], &proofs);
        json_t *list = json_array();
        for (unsigned k = 0; k < proofs; k++)
            json_array_append_new(list, digest_of(proof[k].traffic, strlen(proof[k].traffic)));
        json_object_set_new(all, rules[i]->id,
                            json_pack("{s:i, s:o}", "revision", (int)rules[i]->revision, "proofs", list));
    }
    return all;
}

/* What nobody could open is not made: names of bundles and files have their form (bundle.c). */
static bool can_be_opened(const char *packed, size_t length, struct fault *fault)
{
    enum bundle_refusal why;
    struct bundle *b = bundle_open(packed, length, NULL, &why, fault);
    bundle_close(b);
    return b;
}

static bool write_out(const struct build *b, const char *out)
{
    char *manifest = json_dumps(b->manifest, JSON_COMPACT);
    size_t head = manifest ? strlen(manifest) : 0, size = head + 1 + b->length, room = ZSTD_compressBound(size);
    char *whole = malloc(size), *packed = malloc(room);
    bool good = manifest && whole && packed ? true : fault_set(b->fault, "out of memory");
    if (good) {
        memcpy(whole, manifest, head);
        whole[head] = '\n';
        memcpy(whole + head + 1, b->bytes, b->length);
        size_t n = ZSTD_compress(packed, room, whole, size, LEVEL);
        good = (!ZSTD_isError(n) && n <= BUNDLE_MOST) || fault_set(b->fault, "%s: larger than a bundle may be", out);
        good = good && can_be_opened(packed, n, b->fault) && file_write(out, 0644, packed, n, b->fault);
    }
    free(manifest);
    free(whole);
    free(packed);
    return good;
}

bool bundle_build(const char *directory, const char *name, uint64_t version, int64_t made, const char *out,
                  struct fault *fault)
{
    char when[32], path[PATH_MAX];
    struct build b = {.directory = path, .fault = fault};
    time_t seconds = (time_t)made;
    struct tm utc;
    size_t n = strlen(directory);
    unsigned count;
    while (n > 1 && directory[n - 1] == '/') n--;
    if (n >= sizeof path) return fault_set(fault, "%s: the name is too long", directory);
    memcpy(path, directory, n);
    path[n] = 0;
    gmtime_r(&seconds, &utc);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    struct sets *sets = sodium_init() < 0 ? NULL : sets_load(NULL, fault);
    struct ruleset *ruleset = sets ? ruleset_load(path, sets_view(sets), fault) : NULL;
    sets_free(sets);
    if (!ruleset) return false;
    b.files = json_array();
    ruleset_rules(ruleset, &count);
    b.manifest = json_pack("{s:s, s:s, s:I, s:i, s:s, s:i, s:o, s:O}", "format", BUNDLE_FORMAT, "name", name, "version",
                           (json_int_t)version, "engine", SIGNATURE_ENGINE, "made", when, "rule_count", (int)count,
                           "rules", about_rules(ruleset), "files", b.files);
    bool good = b.manifest ? true : fault_set(fault, "%s: not a name for a bundle", name);
    good = good && yaml_each_file(path, add_file, &b, fault) && write_out(&b, out);
    ruleset_free(ruleset);
    json_decref(b.manifest);
    json_decref(b.files);
    free(b.bytes);
    return good;
}
