/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the form, and writes the empty questionnaire (YAML 1.1). */
#include "collector/report/form.h"

#include <pthread.h>
#include <stdio.h>

#include "common/embed.h"

EMBED(inspection_form, "collector/models/inspection-form.yaml")

static struct form form;
static struct fault form_fault;
static bool form_good;
static pthread_once_t form_once = PTHREAD_ONCE_INIT;

static bool take_field(const struct yaml_node *node, struct form_field *field)
{
    static const char *const keys[] = {"zh", "en", "automatic", NULL};
    struct fault *fault = &form_fault;
    return yaml_keys(node, keys, fault) && yaml_text(yaml_required(node, "zh", fault), &field->zh, fault) &&
           yaml_text(yaml_required(node, "en", fault), &field->en, fault) &&
           yaml_bool(yaml_get(node, "automatic"), &field->automatic, fault) && field->zh && field->en;
}

static bool take_block(const struct yaml_node *node, struct form_block *block)
{
    static const char *const keys[] = {"name", "zh", "en", "list", "fields", NULL};
    struct fault *fault = &form_fault;
    const struct yaml_node *fields = yaml_required(node, "fields", fault);
    if (!fields || !yaml_keys(node, keys, fault) || !yaml_is_list(fields, fault) ||
        !yaml_text(yaml_required(node, "name", fault), &block->name, fault) ||
        !yaml_text(yaml_required(node, "zh", fault), &block->zh, fault) ||
        !yaml_text(yaml_required(node, "en", fault), &block->en, fault) ||
        !yaml_bool(yaml_required(node, "list", fault), &block->list, fault))
        return false;
    if (fields->count > FORM_FIELDS) return yaml_fault(fields, fault, "at most %d fields", FORM_FIELDS);
    for (const struct yaml_node *field = fields->first; field; field = field->next)
        if (!take_field(field, &block->fields[block->field_count++])) return false;
    return true;
}

static void load(void)
{
    static const char *const keys[] = {"source", "certainty", "blocks", NULL};
    struct yaml *document = form.document =
        yaml_load_text("collector/models/inspection-form.yaml", inspection_form,
                       (size_t)(inspection_form_end - inspection_form), &form_fault);
    const struct yaml_node *root = document ? yaml_root(document) : NULL, *blocks = yaml_get(root, "blocks");
    if (!root || !yaml_keys(root, keys, &form_fault) || !yaml_required(root, "blocks", &form_fault) ||
        !yaml_is_list(blocks, &form_fault) ||
        !yaml_text(yaml_required(root, "source", &form_fault), &form.source, &form_fault) ||
        !yaml_text(yaml_required(root, "certainty", &form_fault), &form.certainty, &form_fault))
        return;
    if (blocks->count > FORM_BLOCKS) {
        yaml_fault(blocks, &form_fault, "at most %d blocks", FORM_BLOCKS);
        return;
    }
    for (const struct yaml_node *block = blocks->first; block; block = block->next)
        if (!take_block(block, &form.blocks[form.count++])) return;
    form_good = true;
}

const struct form *form_get(struct fault *fault)
{
    pthread_once(&form_once, load);
    if (form_good) return &form;
    *fault = form_fault;
    return NULL;
}

bool form_write(const struct inspection *in, void *file, struct fault *fault)
{
    FILE *out = file;
    const struct form *f = form_get(fault);
    if (!f) return false;
    fprintf(out,
            "# 工控安全自查问卷：%s（%s）。填好后：wanglou report --answers 本文件，或在控制台自查页导入\n# status：",
            in->title, in->number);
    for (unsigned v = 0; v < VERDICT_COUNT; v++) fprintf(out, "%s%s", v ? " " : "", verdict_zh[v]);
    fputs("\nitems:\n", out);
    for (unsigned i = 0; i < in->count; i++)
        fprintf(out, "  # %s\n  # 须回答：%s\n  \"%llu\": {status: %s, text: \"\", evidence: \"\"}\n", in->items[i].zh,
                in->items[i].ask ? in->items[i].ask : "-", (unsigned long long)in->items[i].number,
                verdict_zh[VERDICT_OPEN]);
    for (unsigned b = 0; b < f->count; b++) {
        const struct form_block *block = &f->blocks[b];
        fprintf(out, "# %s", block->zh);
        if (block->list) fputs("：清单，每行为 {", out);
        for (unsigned i = 0; block->list && i < block->field_count; i++)
            fprintf(out, "%s%s: …", i ? ", " : "", block->fields[i].zh);
        fprintf(out, "%s\n%s:%s\n", block->list ? "}" : "", block->name,
                block->list          ? " []"
                : block->field_count ? ""
                                     : " \"-\"");
        for (unsigned i = 0; !block->list && i < block->field_count; i++) fprintf(out, "  %s: \n", block->fields[i].zh);
    }
    return true;
}
