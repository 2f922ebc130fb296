/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the risk model; every value is within the scale of GB/T 20984 (1 to 5) and has its reason. */
#include <string.h>

#include "collector/assess/risk.h"
#include "common/embed.h"
#include "common/yaml.h"

EMBED(risk_yaml, "collector/models/risk.yaml")

static const char *const keys[] = {
    "name",  "title",        "method",     "source", "certainty",     "days",         "bands",           "levels",
    "share", "share_reason", "importance", "threat", "vulnerability", "certainty_en", "share_reason_en", NULL};

static bool text(const struct yaml_node *mapping, const char *key, const char **out, struct fault *fault)
{
    const struct yaml_node *n = yaml_required(mapping, key, fault);
    return n && yaml_text(n, out, fault);
}

/* What a model of one's own need not say. */
static bool text_or(const struct yaml_node *mapping, const char *key, const char *otherwise, const char **out,
                    struct fault *fault)
{
    *out = otherwise;
    return yaml_text(yaml_get(mapping, key), out, fault);
}

static bool number(const struct yaml_node *mapping, const char *key, double least, double most, double *out,
                   struct fault *fault)
{
    const struct yaml_node *n = yaml_required(mapping, key, fault);
    return n && yaml_double(n, least, most, out, fault);
}

/* `name`: the key of what the row is for; `word`: of what narrows it, or NULL. */
static bool row(const struct yaml_node *n, const char *name, const char *word, struct risk_row *r, struct fault *fault)
{
    uint64_t severity = 0;
    const char *const known[] = {name, "value", "reason", "reason_en", word, NULL};
    *r = (struct risk_row){.name = "*"};
    if (!yaml_keys(n, known, fault) || !number(n, "value", 1, 5, &r->value, fault) ||
        !text(n, "reason", &r->reason, fault) || !text_or(n, "reason_en", r->reason, &r->reason_en, fault))
        return false;
    if (strcmp(name, "severity") == 0) {
        const struct yaml_node *s = yaml_required(n, name, fault);
        if (!s || !yaml_uint(s, 0, 4, &severity, fault)) return false;
        r->severity = (unsigned)severity;
        return true;
    }
    return text(n, name, &r->name, fault) && (!word || yaml_text(yaml_get(n, word), &r->word, fault));
}

static bool rows(const struct yaml_node *root, const char *list, const char *name, const char *word,
                 struct risk_row *out, unsigned *count, struct fault *fault)
{
    const struct yaml_node *n = yaml_required(root, list, fault);
    if (!n || !yaml_is_list(n, fault)) return false;
    for (const struct yaml_node *item = n->first; item; item = item->next) {
        if (*count == RISK_ROWS) return yaml_fault(item, fault, "more than %d rows", RISK_ROWS);
        if (!row(item, name, word, &out[(*count)++], fault)) return false;
    }
    return true;
}

static bool bands(const struct yaml_node *root, struct risk_model *m, struct fault *fault)
{
    const struct yaml_node *b = yaml_required(root, "bands", fault), *l = b ? yaml_required(root, "levels", fault) : b;
    double before = 0;
    if (!l || !yaml_is_list(b, fault) || !yaml_is_list(l, fault)) return false;
    if (b->count != RISK_LEVELS || l->count != RISK_LEVELS)
        return yaml_fault(b, fault, "%d bands and %d levels are wanted", RISK_LEVELS, RISK_LEVELS);
    b = b->first, l = l->first;
    for (unsigned i = 0; i < RISK_LEVELS; i++, b = b->next, l = l->next) {
        if (!yaml_double(b, before, 25, &m->band[i], fault) || !text(l, "zh", &m->level_zh[i], fault) ||
            !text(l, "en", &m->level_en[i], fault))
            return false;
        before = m->band[i];
    }
    return true;
}

/* What a row for the rest is needed for: each question has an answer. */
static bool complete(const struct risk_model *m, const struct yaml_node *root, struct fault *fault)
{
    for (unsigned severity = 0; severity <= 4; severity++)
        if (!risk_threat(m, severity)) return yaml_fault(root, fault, "threat: no row for severity %u", severity);
    if (!risk_importance(m, "")) return yaml_fault(root, fault, "importance: no row with role \"*\"");
    if (!risk_vulnerability(m, "", "")) return yaml_fault(root, fault, "vulnerability: no row with kind \"*\"");
    for (unsigned i = 0; i < m->vulnerabilities; i++)
        if (strcmp(m->vulnerability[i].name, "none") == 0) return true;
    return yaml_fault(root, fault, "vulnerability: no row with kind none");
}

bool risk_model_open(struct risk_model *m, const char *path, struct fault *fault)
{
    uint64_t days = 0;
    *m = (struct risk_model){0};
    m->document = path ? yaml_load_file(path, fault)
                       : yaml_load_text("risk.yaml", risk_yaml, (size_t)(risk_yaml_end - risk_yaml), fault);
    if (!m->document) return false;
    const struct yaml_node *root = yaml_root(m->document), *title = yaml_get(root, "title"), *d = NULL;
    bool good = yaml_keys(root, keys, fault) && text(root, "name", &m->name, fault) &&
                text(title ? title : root, "zh", &m->zh, fault) && text(title ? title : root, "en", &m->en, fault) &&
                text(root, "method", &m->method, fault) && text(root, "source", &m->source, fault) &&
                text(root, "certainty", &m->certainty, fault) && text(root, "share_reason", &m->share_reason, fault) &&
                text_or(root, "certainty_en", m->certainty, &m->certainty_en, fault) &&
                text_or(root, "share_reason_en", m->share_reason, &m->share_reason_en, fault) &&
                number(root, "share", 0, 1, &m->share, fault) && (d = yaml_required(root, "days", fault)) &&
                yaml_uint(d, 1, 3660, &days, fault) && bands(root, m, fault) &&
                rows(root, "importance", "role", NULL, m->importance, &m->importances, fault) &&
                rows(root, "threat", "severity", NULL, m->threat, &m->threats, fault) &&
                rows(root, "vulnerability", "kind", "severity", m->vulnerability, &m->vulnerabilities, fault) &&
                complete(m, root, fault);
    m->days = (unsigned)days;
    if (!good) risk_model_close(m);
    return good;
}

void risk_model_close(struct risk_model *m)
{
    yaml_close(m->document);
    m->document = NULL;
}

static bool fits(const char *pattern, const char *text)
{
    return strcmp(pattern, "*") == 0 || strcmp(pattern, text) == 0;
}

const struct risk_row *risk_importance(const struct risk_model *m, const char *role)
{
    for (unsigned i = 0; i < m->importances; i++)
        if (fits(m->importance[i].name, role)) return &m->importance[i];
    return NULL;
}

const struct risk_row *risk_threat(const struct risk_model *m, unsigned severity)
{
    for (unsigned i = 0; i < m->threats; i++)
        if (m->threat[i].severity == severity) return &m->threat[i];
    return NULL;
}

const struct risk_row *risk_vulnerability(const struct risk_model *m, const char *kind, const char *severity)
{
    for (unsigned i = 0; i < m->vulnerabilities; i++) {
        const struct risk_row *r = &m->vulnerability[i];
        if (fits(r->name, kind) && (!r->word || strcmp(r->word, severity) == 0)) return r;
    }
    return NULL;
}
