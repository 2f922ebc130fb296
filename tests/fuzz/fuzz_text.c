/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: text that people and parent nodes write, through its readers: YAML, filters, rules.
 *
 * Input: one byte chooses the reader, the rest is its text. */
#include <stdlib.h>

#include "signatures/rule.h"
#include "signatures/sets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_filter(const char *text, const struct filter_sets *sets)
{
    static struct packet_meta packet = {.ip_proto = 6, .src = {4, {10, 1, 1, 5}}, .dst = {4, {10, 1, 1, 10}}};
    struct fault fault = {""};
    struct filter *f = filter_compile(text, sets, &fault, "fuzz", 1, 1);
    struct message m = {.parser = registry_parser("modbus"), .packet = &packet};
    if (!f && !fault.text[0]) abort(); /* refused without a word */
    if (!f) return;
    m.layers[m.layer_count++] = m.parser;
    filter_match(f, &m);
    m.parser = NULL;
    filter_match(f, &m);
    filter_prejudge(f, registry_parser("s7comm"), NULL);
    filter_free(f);
}

static void read_rules(const char *text, size_t length, const struct filter_sets *sets, bool as_rules)
{
    struct fault fault = {""};
    struct region memory = {0};
    struct yaml *document = yaml_load_text("fuzz", text, length, &fault);
    struct loader loader = {.memory = &memory, .sets = sets, .fault = &fault};
    if (!document && !fault.text[0]) abort();
    const struct yaml_node *root = document ? yaml_root(document) : NULL;
    for (const struct yaml_node *n = as_rules && root && root->kind == YAML_LIST ? root->first : NULL; n; n = n->next) {
        struct rule rule = {0};
        struct rule_body body = {0};
        if (!rule_load(&loader, n, &rule, &body) && !fault.text[0]) abort();
        rule_release(&body);
    }
    yaml_close(document);
    region_free(&memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sets *sets;
    char why[256];
    if (!sets) {
        if (!registry_open(why, sizeof why)) abort();
        sets = sets_of_proofs();
    }
    if (!size) return 0;
    char *text = malloc(size);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    if (data[0] % 3 == 0)
        read_filter(text, sets_view(sets));
    else
        read_rules(text, size - 1, sets_view(sets), data[0] % 3 == 1);
    free(text);
    return 0;
}
