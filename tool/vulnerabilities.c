/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou vulnerabilities: checks a library, and turns an advisory in CSAF 2.0 (OASIS, JSON) or CNVD's exchange file
 * (XML) into a file of one. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "common/json.h"
#include "signatures/vulnerability.h"
#include "tool/command.h"
#include "tool/vulnerability_import.h"

enum { PRODUCTS_AT_MOST = 4096, DEPTH_AT_MOST = 32 };

struct product {
    const char *id, *vendor, *name, *range;
    const json_t *models; /* product_identification_helper.model_numbers, or NULL */
};

struct advisory {
    struct product products[PRODUCTS_AT_MOST];
    unsigned count;
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* product_tree (CSAF 2.0, 3.2.2): branches name vendor, product and version; a leaf has the product's id. */
static void walk(struct advisory *a, const json_t *branches, struct product at, unsigned depth)
{
    size_t i;
    const json_t *branch;
    json_array_foreach(branches, i, branch)
    {
        struct product here = at;
        const char *category = text_of(branch, "category"), *name = text_of(branch, "name");
        const json_t *product = json_object_get(branch, "product");
        if (strcmp(category, "vendor") == 0) here.vendor = name;
        if (strcmp(category, "product_name") == 0) here.name = name;
        if (strncmp(category, "product_version", 15) == 0) here.range = name;
        if (product && a->count < PRODUCTS_AT_MOST) {
            const json_t *helper = json_object_get(product, "product_identification_helper");
            here.id = text_of(product, "product_id");
            here.models = json_object_get(helper, "model_numbers");
            a->products[a->count++] = here;
        }
        if (depth < DEPTH_AT_MOST) walk(a, json_object_get(branch, "branches"), here, depth + 1);
    }
}

/* YAML's double quotes take JSON's strings (YAML 1.2, 1.3). */
void import_put_quoted(FILE *out, const char *text)
{
    char room[2048];
    struct json j = json_over(room, sizeof room - 1);
    json_put_string(&j, NULL, text);
    *j.at = 0;
    fputs(json_ok(&j) ? room : "\"\"", out);
}

void import_put_model(FILE *out, const char *name)
{
    char pattern[1024];
    const char *open = strrchr(name, '('), *close = open ? strchr(open, ')') : NULL;
    if (close && close - open > 6)
        snprintf(pattern, sizeof pattern, "%.*s*", (int)(close - open - 1), open + 1);
    else
        snprintf(pattern, sizeof pattern, "*%s*", name);
    import_put_quoted(out, pattern);
}

/* "<V4.5.0", ">=V4.5.0|<V4.5.2", "vers:intdot/<4.5.0", "vers:all/" with an asterisk, "All versions". False: not
 * understood. */
bool import_put_range(FILE *out, const char *range)
{
    static const struct {
        const char *sign, *key;
    } bounds[] = {{"<=", "through"}, {"<", "before"}, {">=", "from"}};
    const char *at = strncmp(range, "vers:", 5) == 0 && strchr(range, '/') ? strchr(range, '/') + 1 : range;
    if (strcmp(at, "*") == 0 || strncasecmp(at, "all", 3) == 0) return fputs(", all: true", out), true;
    bool upper = false;
    while (*at) {
        unsigned i = 0;
        while (isspace((unsigned char)*at) || *at == '|') at++;
        while (i < 3 && strncmp(at, bounds[i].sign, strlen(bounds[i].sign)) != 0) i++;
        if (i == 3) return upper;
        at += strlen(bounds[i].sign);
        while (isspace((unsigned char)*at)) at++;
        size_t n = strcspn(at, "| <>");
        fprintf(out, ", %s: \"%.*s\"", bounds[i].key, (int)n, at);
        upper |= i < 2;
        at += n;
    }
    return upper;
}

static void put_models(const struct product *p)
{
    size_t i;
    const json_t *model;
    fputs(", models: [", stdout);
    json_array_foreach(p->models, i, model)
    {
        if (i) fputs(", ", stdout);
        import_put_quoted(stdout, json_string_value(model) ? json_string_value(model) : "");
    }
    if (!json_array_size(p->models)) import_put_model(stdout, p->name);
    fputs("]", stdout);
}

static bool is_affected(const json_t *vulnerability, const char *id)
{
    size_t i;
    const json_t *one;
    json_array_foreach(json_object_get(json_object_get(vulnerability, "product_status"), "known_affected"), i, one)
    {
        if (json_string_value(one) && strcmp(json_string_value(one), id) == 0) return true;
    }
    return false;
}

static double score_of(const json_t *vulnerability)
{
    const json_t *first = json_array_get(json_object_get(vulnerability, "scores"), 0);
    return json_number_value(json_object_get(json_object_get(first, "cvss_v3"), "baseScore"));
}

static const char *id_of(const json_t *vulnerability)
{
    const char *cve = text_of(vulnerability, "cve");
    return *cve ? cve : text_of(json_array_get(json_object_get(vulnerability, "ids"), 0), "text");
}

static void put_vulnerability(const json_t *v, unsigned index, const char *reference)
{
    printf("  - {ids: [");
    import_put_quoted(stdout, id_of(v));
    printf("], effect: published, products: [p%u]", index);
    if (score_of(v) > 0) printf(", cvss: %.1f", score_of(v));
    fputs(", reference: ", stdout);
    import_put_quoted(stdout, reference);
    puts("}");
}

static bool put_library(const json_t *document, const struct advisory *a)
{
    const char *reference = text_of(json_object_get(json_object_get(document, "document"), "tracking"), "id");
    const json_t *list = json_object_get(document, "vulnerabilities"), *v;
    size_t i, written = 0;
    printf("# %s, imported from CSAF 2.0\nproducts:\n", reference);
    json_array_foreach(list, i, v)
    {
        printf("  p%zu:\n", i);
        for (unsigned k = 0; k < a->count; k++) {
            const struct product *p = &a->products[k];
            if (!is_affected(v, p->id)) continue;
            fputs("    - {vendor: ", stdout);
            import_put_quoted(stdout, p->vendor);
            put_models(p);
            import_put_range(stdout, p->range); /* without one: possibly affected */
            puts("}");
            written++;
        }
    }
    puts("vulnerabilities:");
    json_array_foreach(list, i, v) put_vulnerability(v, (unsigned)i, reference);
    return written;
}

static bool is_xml(const char *path)
{
    char head[64] = "";
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(head, 1, sizeof head - 1, f) : 0;
    if (f) fclose(f);
    head[n] = 0;
    return head[strspn(head, "\xef\xbb\xbf \t\r\n")] == '<';
}

static int import_xml(const char *path)
{
    struct fault fault = {0};
    if (import_cnvd(path, stdout, &fault)) return EXIT_DONE;
    fprintf(stderr, "wanglou vulnerabilities: %s\n", fault.text);
    return EXIT_USAGE;
}

static int import(const char *path)
{
    static struct advisory advisory;
    json_error_t error;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        fprintf(stderr, "wanglou vulnerabilities: %s:%d:%d: %s\n", path, error.line, error.column, error.text);
        return EXIT_USAGE;
    }
    const char *version = text_of(json_object_get(document, "document"), "csaf_version");
    bool good = strcmp(version, "2.0") == 0;
    if (good) {
        walk(&advisory, json_object_get(json_object_get(document, "product_tree"), "branches"),
             (struct product){"", "", "", "", NULL}, 0);
        good = put_library(document, &advisory);
        if (!good) fprintf(stderr, "wanglou vulnerabilities: %s: names no affected product\n", path);
    } else {
        fprintf(stderr, "wanglou vulnerabilities: %s: not CSAF 2.0 (document.csaf_version)\n", path);
    }
    json_decref(document);
    return good ? EXIT_DONE : EXIT_USAGE;
}

static int check(const char *path)
{
    struct fault fault = {0};
    struct vulnerabilities *library = vulnerabilities_load(path, &fault);
    if (!library) {
        fprintf(stderr, "wanglou vulnerabilities: %s\n", fault.text);
        return EXIT_USAGE;
    }
    printf("%s: %u\n", path, vulnerabilities_count(library));
    vulnerabilities_free(library);
    return EXIT_DONE;
}

static int vulnerabilities_run(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "import") == 0) return is_xml(argv[2]) ? import_xml(argv[2]) : import(argv[2]);
    if (argc == 3 && strcmp(argv[1], "check") == 0) return check(argv[2]);
    return command_usage(&command_vulnerabilities);
}

const struct command command_vulnerabilities = {
    .name = "vulnerabilities",
    .usage = "import FILE | check FILE|DIR",
    .zh = "漏洞库：导入CSAF通告、CNVD共享数据，检查漏洞库文件",
    .en = "library of vulnerabilities: import CSAF advisories or CNVD's exchange file, check files",
    .run = vulnerabilities_run};
