/* SPDX-License-Identifier: Apache-2.0 */
/* Reads maintenance windows and answers whether a time lies within one (times after RFC 3339). */
#include "sensor/plant/maintenance.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/time_text.h"
#include "common/yaml.h"

enum { ASSET_TEXT = 64, WINDOWS_AT_MOST = 4096 };

struct window {
    char asset[ASSET_TEXT];
    uint64_t from_ns, until_ns;
};
struct maintenance {
    unsigned count;
    struct window windows[];
};

static bool load_time(const struct yaml_node *node, uint64_t *out, struct fault *fault)
{
    const char *text;
    return node && yaml_text(node, &text, fault) &&
           (time_parse(text, out) ||
            yaml_fault(node, fault, "\"%s\" is no time such as 2026-03-02T08:00:00+08:00", text));
}

static bool load_window(const struct yaml_node *n, struct window *w, struct fault *fault)
{
    static const char *const keys[] = {"asset", "from", "until", "reason", NULL};
    const struct yaml_node *asset, *from, *until;
    const char *text;
    if (!yaml_keys(n, keys, fault) || !(asset = yaml_required(n, "asset", fault)) ||
        !(from = yaml_required(n, "from", fault)) || !(until = yaml_required(n, "until", fault)) ||
        !yaml_text(asset, &text, fault) || !load_time(from, &w->from_ns, fault) ||
        !load_time(until, &w->until_ns, fault))
        return false;
    if (!text_put(w->asset, sizeof w->asset, text)) return yaml_fault(asset, fault, "an address, a MAC, or \"all\"");
    if (w->until_ns <= w->from_ns) return yaml_fault(until, fault, "the end does not lie behind the beginning");
    return true;
}

struct maintenance *maintenance_load(const char *path, struct fault *fault)
{
    struct yaml *document = yaml_load_file(path, fault);
    const struct yaml_node *root = document ? yaml_root(document) : NULL;
    struct maintenance *m = NULL;
    bool good = root && yaml_is_list(root, fault);
    if (good && root->count > WINDOWS_AT_MOST) good = yaml_fault(root, fault, "more than %d windows", WINDOWS_AT_MOST);
    if (good && !(m = calloc(1, sizeof *m + root->count * sizeof *m->windows)))
        good = fault_set(fault, "out of memory");
    for (const struct yaml_node *n = good ? root->first : NULL; good && n; n = n->next)
        good = load_window(n, &m->windows[m->count++], fault);
    yaml_close(document);
    if (good) return m;
    free(m);
    return NULL;
}

void maintenance_free(struct maintenance *m) { free(m); }

bool maintenance_planned(const struct maintenance *m, const char *asset, uint64_t time_ns)
{
    for (unsigned i = 0; m && i < m->count; i++) {
        const struct window *w = &m->windows[i];
        if (time_ns < w->from_ns || time_ns >= w->until_ns) continue;
        if (strcmp(w->asset, "all") == 0 || strcasecmp(w->asset, asset) == 0) return true;
    }
    return false;
}
