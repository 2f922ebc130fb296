/* SPDX-License-Identifier: Apache-2.0 */
/* What a file that is to be rolled out says of itself: the manifest of a signature bundle; indicators, one a line or as
 * STIX 2.1 (OASIS) patterns of one comparison. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "collector/service/rollouts.h"
#include "collector/store/internal.h"

enum { SIGNATURE_LINES = 4, MANIFEST_MAX = 4 << 20, ITEM_ROOM = 200 << 10, VALUE_MAX = 512 };

/* ---- bundles ---- */

/* Four lines of minisign's signature, then a zstd frame whose first line is the manifest. */
bool rollout_read_bundle(struct rollout *r, const uint8_t *content, size_t length, struct rollout_why *why)
{
    const uint8_t *at = content, *end = content + length;
    json_t *manifest = NULL;
    *why = (struct rollout_why){"不是特征包", "it is no signature bundle"};
    for (int i = 0; at && i < SIGNATURE_LINES; i++)
        if ((at = memchr(at, '\n', (size_t)(end - at)))) at++;
    char *text = at ? malloc(MANIFEST_MAX) : NULL;
    ZSTD_DStream *zstd = text ? ZSTD_createDStream() : NULL;
    ZSTD_inBuffer in = {at, at ? (size_t)(end - at) : 0, 0};
    ZSTD_outBuffer out = {text, MANIFEST_MAX, 0};
    while (zstd && in.pos < in.size && out.pos < out.size && !memchr(text, '\n', out.pos))
        if (ZSTD_isError(ZSTD_decompressStream(zstd, &out, &in))) break;
    const char *newline = zstd ? memchr(text, '\n', out.pos) : NULL;
    if (newline) manifest = json_loadb(text, (size_t)(newline - text), JSON_REJECT_DUPLICATES, NULL);
    ZSTD_freeDStream(zstd);
    free(text);
    const char *name = hierarchy_text(manifest, "name");
    json_int_t version = json_integer_value(json_object_get(manifest, "version"));
    bool good = strncmp(hierarchy_text(manifest, "format"), "wanglou-signatures-", 19) == 0 && node_name_valid(name) &&
                version > 0;
    if (good) {
        snprintf(r->name, sizeof r->name, "%s", name);
        r->version = (uint64_t)version;
        json_decref(r->about);
        r->about = json_pack("{s:I,s:I,s:s}", "rules", json_integer_value(json_object_get(manifest, "rule_count")),
                             "engine", json_integer_value(json_object_get(manifest, "engine")), "made",
                             hierarchy_text(manifest, "made"));
    }
    json_decref(manifest);
    return good;
}

/* ---- indicators ---- */

/* What STIX's object types are to us; kinds that nothing here can match are counted, not kept. */
static const struct pattern {
    const char *path, *type;
} patterns[] = {
    {"ipv4-addr:value", "ip"}, {"ipv6-addr:value", "ip"},       {"mac-addr:value", "mac"},
    {"url:value", "url"},      {"domain-name:value", "domain"},
};

static bool is_ip(const char *value)
{
    uint8_t address[16];
    return inet_pton(AF_INET, value, address) == 1 || inet_pton(AF_INET6, value, address) == 1;
}

static bool is_network(const char *value)
{
    char host[VALUE_MAX];
    const char *slash = strchr(value, '/');
    if (!slash || (size_t)(slash - value) >= sizeof host || !slash[1] ||
        strspn(slash + 1, "0123456789") != strlen(slash + 1))
        return false;
    snprintf(host, sizeof host, "%.*s", (int)(slash - value), value);
    return is_ip(host) && atoi(slash + 1) <= (strchr(host, ':') ? 128 : 32);
}

static bool is_mac(const char *value)
{
    if (strlen(value) != 17) return false;
    for (int i = 0; i < 17; i++)
        if (i % 3 == 2 ? value[i] != ':' : !isxdigit((unsigned char)value[i])) return false;
    return true;
}

static bool is_domain(const char *value)
{
    const char *dot = strchr(value, '.');
    return dot && dot > value && dot[1] && strlen(value) < 254 &&
           strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == strlen(value);
}

static const char *type_of(const char *value)
{
    if (is_ip(value)) return "ip";
    if (is_network(value)) return "network";
    if (is_mac(value)) return "mac";
    if (strstr(value, "://")) return "url";
    return is_domain(value) ? "domain" : NULL;
}

static void add(json_t *items, const char *type, const char *value)
{
    char lower[VALUE_MAX];
    size_t n = 0;
    bool fold = strcmp(type, "url") != 0;
    for (; value[n] && n < sizeof lower - 1; n++) lower[n] = fold ? (char)tolower((unsigned char)value[n]) : value[n];
    lower[n] = 0;
    json_array_append_new(items, json_pack("{s:s,s:s}", "type", type, "value", lower));
}

/* `[ipv4-addr:value = '203.0.113.5']`: one comparison, no qualifier; anything else is left out and counted. */
static bool take_pattern(json_t *items, const char *text)
{
    char path[64], value[VALUE_MAX];
    int used = 0;
    if (sscanf(text, " [ %63[a-z0-9-]:value = '%511[^']' ] %n", path, value, &used) != 2 || !used || text[used])
        return false;
    strncat(path, ":value", sizeof path - strlen(path) - 1);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (strcmp(path, patterns[i].path) == 0) {
            const char *type = is_network(value) ? "network" : patterns[i].type;
            if (strcmp(patterns[i].type, "ip") == 0 && !is_ip(value) && !is_network(value)) return false;
            add(items, type, value);
            return true;
        }
    return false;
}

static unsigned take_stix(json_t *items, const json_t *bundle)
{
    unsigned skipped = 0;
    size_t i;
    const json_t *object;
    json_array_foreach(json_object_get(bundle, "objects"), i, object)
    {
        if (strcmp(hierarchy_text(object, "type"), "indicator") != 0 ||
            json_is_true(json_object_get(object, "revoked")))
            continue;
        if (strcmp(hierarchy_text(object, "pattern_type"), "stix") != 0 ||
            !take_pattern(items, hierarchy_text(object, "pattern")))
            skipped++;
    }
    return skipped;
}

static unsigned take_lines(json_t *items, char *text)
{
    unsigned skipped = 0;
    for (char *line; (line = strsep(&text, "\n"));) {
        line += strspn(line, " \t\r");
        line[strcspn(line, " \t\r,;#")] = 0; /* what follows is a remark */
        if (!*line) continue;
        const char *type = strlen(line) < VALUE_MAX ? type_of(line) : NULL;
        if (type)
            add(items, type, line);
        else
            skipped++;
    }
    return skipped;
}

char *rollout_read_indicators(struct rollout *r, const uint8_t *file, size_t length, struct rollout_why *why)
{
    json_t *items = json_array(), *bundle = json_loadb((const char *)file, length, 0, NULL);
    bool stix = strcmp(hierarchy_text(bundle, "type"), "bundle") == 0;
    char *copy = strndup((const char *)file, length), *text = NULL;
    if (!items || !copy) abort();
    unsigned skipped = stix ? take_stix(items, bundle) : take_lines(items, copy);
    free(copy);
    json_decref(bundle);
    *why = (struct rollout_why){"没有可用的指标（IP、网段、MAC、域名、URL）",
                                "there is no indicator in it that can be used (IP, network, MAC, domain, URL)"};
    if (json_array_size(items)) text = json_dumps(items, JSON_COMPACT);
    if (text && strlen(text) > ITEM_ROOM) { /* of one item on the link */
        *why = (struct rollout_why){"指标太多，请分成多个名单", "too many indicators for one list: split it"};
        free(text);
        text = NULL;
    }
    json_decref(r->about);
    r->about = json_pack("{s:I,s:i,s:s}", "indicators", (json_int_t)json_array_size(items), "skipped", (int)skipped,
                         "format", stix ? "stix-2.1" : "list");
    json_decref(items);
    return text;
}
