/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou rules sets: the $sets of rules, proposed from the learned inventory: who acts as what, with the evidence
 * beside it, for an engineer to read before a sensor is told (option signatures.sets). A set that learns by itself
 * would learn the intruder, too. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/json_member.h"
#include "signatures/sets.h"
#include "tool/command.h"
#include "tool/rules.h"

/* X(role of an asset, set); a role may stand in several. */
#define ROLES(X)                                                                                                       \
    X("engineering station", "engineering_stations")                                                                   \
    X("hmi", "operator_stations")                                                                                      \
    X("plc", "controllers")                                                                                            \
    X("controller", "controllers")                                                                                     \
    X("rtu", "controllers")                                                                                            \
    X("ied", "controllers")                                                                                            \
    X("scada", "masters")                                                                                              \
    X("master", "masters")                                                                                             \
    X("historian", "masters")
static const struct {
    const char *role, *set;
} roles[] = {
#define X(role, set) {role, set},
    ROLES(X)
#undef X
};

/* The latest `asset` of each device. */
static json_t *read_assets(const char *path, struct fault *fault)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    json_t *assets = json_object();
    char *line = NULL, key[192];
    size_t room = 0;
    ssize_t n;
    if (!in) fault_set(fault, "%s: %s", path, strerror(errno));
    while (in && (n = getline(&line, &room, in)) > 0) {
        json_t *event = strstr(line, "\"event_type\":\"asset\"") ? json_loadb(line, (size_t)n, 0, NULL) : NULL;
        json_t *asset = json_object_get(event, "asset");
        snprintf(key, sizeof key, "%.63s/%.63s", json_member_text(event, "sensor"), json_member_text(asset, "device"));
        if (asset) json_object_set(assets, key, asset);
        json_decref(event);
    }
    free(line);
    if (in && in != stdin) fclose(in);
    return assets;
}

/* Events are of the wire: what is printed is an address, or nothing. */
static bool is_address(const char *text) { return *text && strspn(text, "0123456789abcdefABCDEF.:") == strlen(text); }

static void put_comment(const char *text)
{
    for (; *text; text++) putchar((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text);
}

static unsigned print_set(const struct known_set *set, const json_t *assets)
{
    unsigned found = 0;
    const char *key;
    json_t *asset;
    json_object_foreach((json_t *)assets, key, asset)
    {
        const char *address = json_member_text(asset, "address");
        const json_t *evidence = json_object_get(json_object_get(asset, "evidence"), "role");
        if (!is_address(address)) address = json_member_text(asset, "mac");
        if (!is_address(address)) continue;
        for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
            if (strcmp(roles[i].set, set->name) != 0 || strcmp(roles[i].role, json_member_text(asset, "role")) != 0)
                continue;
            if (!found++) printf("# %s / %s\n%s:\n", set->title.zh, set->title.en, set->name);
            printf("  - \"%s\" # ", address);
            put_comment(json_member_text(asset, "role"));
            printf(", %.0f %%, ", 100 * json_number_value(json_object_get(evidence, "confidence")));
            put_comment(json_member_text(evidence, "protocol"));
            printf("%s", *json_member_text(asset, "vendor") ? ", " : "");
            put_comment(json_member_text(asset, "vendor"));
            putchar('\n');
        }
    }
    return found;
}

int rules_sets(const char *path)
{
    struct fault fault = {""};
    unsigned found = 0;
    json_t *assets = read_assets(path, &fault);
    if (fault.text[0]) {
        json_decref(assets);
        return command_failed(fault.text);
    }
    printf("# 由已学到的资产台账提出，请工程师逐行核对后再用：\n"
           "# Proposed from the learned inventory; an engineer reads every line before it is used:\n"
           "#   wanglou-sensor --set signatures.sets=THIS-FILE\n");
    for (const struct known_set *set = known_sets; set->name; set++) found += print_set(set, assets);
    json_decref(assets);
    return found ? EXIT_DONE : command_failed("没有带角色的资产 no assets with a role are in these events");
}
