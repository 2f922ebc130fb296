/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of an event what the policy lets out, as it stands in the line (RFC 8259); nothing is parsed into a tree. */
#include "common/forward.h"
#include "common/public_address.h"
#include "common/yaml.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MOST = 256, DEPTH_MOST = 16, PSEUDONYM_BYTES = 12, SITE_MOST = 256 };

struct list {
    const char **names;
    unsigned count;
};

struct forward_policy {
    struct yaml *document;
    bool types[EVENT_TYPE_COUNT];
    uint64_t severity;
    bool public_addresses; /* those of the internet leave as they are */
    struct list fields, pseudonyms;
    uint8_t key[FORWARD_KEY], digest[FORWARD_DIGEST];
    char site[SITE_MOST];
};

/* ---- loading ----------------------------------------------------------------------------------------------------- */

static bool take_list(const struct yaml_node *node, struct list *list, struct fault *fault)
{
    if (!node) return true;
    if (!yaml_is_list(node, fault)) return false;
    if (node->count > FORWARD_FIELDS) return yaml_fault(node, fault, "more than %d fields", FORWARD_FIELDS);
    list->names = calloc(node->count + 1, sizeof *list->names);
    if (!list->names) return yaml_fault(node, fault, "out of memory");
    for (const struct yaml_node *item = node->first; item; item = item->next)
        if (!yaml_text(item, &list->names[list->count++], fault)) return false;
    return true;
}

static bool take_types(const struct yaml_node *node, bool types[EVENT_TYPE_COUNT], struct fault *fault)
{
    if (!node || !yaml_is_list(node, fault)) return false;
    for (const struct yaml_node *item = node->first; item; item = item->next) {
        const char *name;
        if (!yaml_text(item, &name, fault)) return false;
        int type = event_type_find(name, strlen(name));
        if (type < 0) return yaml_fault(item, fault, "\"%s\" is not a type of event", name);
        types[type] = true;
    }
    return true;
}

static bool in_list(const struct list *list, const char *path)
{
    for (unsigned i = 0; i < list->count; i++)
        if (strcmp(list->names[i], path) == 0) return true;
    return false;
}

static bool take_all(struct forward_policy *p, struct fault *fault)
{
    static const char *const keys[] = {"types", "severity", "fields", "pseudonyms", "public_addresses", NULL};
    const struct yaml_node *root = yaml_root(p->document), *fields;
    p->severity = 4;
    if (!yaml_keys(root, keys, fault) || !take_types(yaml_required(root, "types", fault), p->types, fault) ||
        !yaml_uint(yaml_get(root, "severity"), 1, 4, &p->severity, fault) ||
        !yaml_bool(yaml_get(root, "public_addresses"), &p->public_addresses, fault) ||
        !(fields = yaml_required(root, "fields", fault)) || !take_list(fields, &p->fields, fault) ||
        !take_list(yaml_get(root, "pseudonyms"), &p->pseudonyms, fault))
        return false;
    /* The parent cannot take an event without these. */
    static const char *const needed[] = {"timestamp", "event_type", "sensor", "id"};
    for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!in_list(&p->fields, needed[i]))
            return yaml_fault(fields, fault, "\"%s\" is missing; no event can do without it", needed[i]);
    return true;
}

static void digest_node(crypto_generichash_state *state, const struct yaml_node *node)
{
    if (node->key) crypto_generichash_update(state, (const uint8_t *)node->key->text, strlen(node->key->text) + 1);
    crypto_generichash_update(state, (const uint8_t *)node->text, strlen(node->text) + 1);
    for (const struct yaml_node *item = node->first; item; item = item->next) digest_node(state, item);
}

/* Takes the document over. */
static struct forward_policy *make(struct yaml *document, const uint8_t key[FORWARD_KEY], const char *site,
                                   struct fault *fault)
{
    crypto_generichash_state state;
    struct forward_policy *p = calloc(1, sizeof *p);
    if (!p || sodium_init() < 0) {
        fault_set(fault, "forwarding policy: out of memory");
        if (document) yaml_close(document);
        free(p);
        return NULL;
    }
    snprintf(p->site, sizeof p->site, "%s", site);
    memcpy(p->key, key, sizeof p->key);
    p->document = document;
    if (!p->document || !take_all(p, fault)) {
        forward_policy_close(p);
        return NULL;
    }
    crypto_generichash_init(&state, NULL, 0, sizeof p->digest);
    digest_node(&state, yaml_root(p->document));
    crypto_generichash_final(&state, p->digest, sizeof p->digest);
    return p;
}

struct forward_policy *forward_policy_parse(const char *name, const char *text, const uint8_t key[FORWARD_KEY],
                                            const char *site, struct fault *fault)
{
    return make(yaml_load_text(name, text, strlen(text), fault), key, site, fault);
}

struct forward_policy *forward_policy_open(const char *path, const uint8_t key[FORWARD_KEY], const char *site,
                                           struct fault *fault)
{
    return path ? make(yaml_load_file(path, fault), key, site, fault)
                : forward_policy_parse("built-in policy", forward_policy_sample, key, site, fault);
}

void forward_policy_close(struct forward_policy *p)
{
    if (!p) return;
    if (p->document) yaml_close(p->document);
    free(p->fields.names);
    free(p->pseudonyms.names);
    sodium_memzero(p->key, sizeof p->key);
    free(p);
}

void forward_policy_digest(const struct forward_policy *p, char out[2 * FORWARD_DIGEST + 1])
{
    sodium_bin2hex(out, 2 * FORWARD_DIGEST + 1, p->digest, sizeof p->digest);
}

void forward_policy_view(const struct forward_policy *p, struct forward_view *view)
{
    static const char *const none[] = {NULL};
    *view = (struct forward_view){.types = p->types,
                                  .fields = p->fields.names ? p->fields.names : none,
                                  .pseudonyms = p->pseudonyms.names ? p->pseudonyms.names : none,
                                  .severity = p->severity,
                                  .public_addresses = p->public_addresses};
}

/* ---- applying ---------------------------------------------------------------------------------------------------- */

struct walk {
    const struct forward_policy *policy;
    const char *type; /* of the event: the object of that name leaves at least empty, for no event is without it */
    const char *at, *end;
    char *out, *out_end;
    char path[PATH_MOST];
    bool full;
};

/* Passes over a string; its text without the quotes. */
static bool pass_string(struct walk *w, const char **text, size_t *length)
{
    if (w->at == w->end || *w->at != '"') return false;
    const char *p = w->at + 1;
    for (; p < w->end && *p != '"'; p++)
        if (*p == '\\') p++;
    if (p >= w->end) return false;
    *text = w->at + 1;
    *length = (size_t)(p - *text);
    w->at = p + 1;
    return true;
}

/* Passes over any value: brackets outside strings are counted. */
static bool pass_value(struct walk *w)
{
    const char *text;
    size_t length, depth = 0;
    do {
        if (w->at == w->end) return false;
        char c = *w->at;
        if (c == '"') {
            if (!pass_string(w, &text, &length)) return false;
            continue;
        }
        if (c == '{' || c == '[') depth++;
        if (c == '}' || c == ']') {
            if (!depth) return false;
            depth--;
        }
        w->at++;
        if (!depth && c != '}' && c != ']')
            while (w->at < w->end && *w->at != ',' && *w->at != '}') w->at++;
    } while (depth);
    return true;
}

static void copy(struct walk *w, const char *from, size_t length)
{
    if (length > (size_t)(w->out_end - w->out)) w->full = true;
    if (w->full) return;
    memcpy(w->out, from, length);
    w->out += length;
}

/* May something below the path leave? */
static bool reaches_into(const struct list *list, const char *path)
{
    size_t n = strlen(path);
    for (unsigned i = 0; i < list->count; i++)
        if (strncmp(list->names[i], path, n) == 0 && list->names[i][n] == '.') return true;
    return false;
}

void forward_pseudonym(const struct forward_policy *p, const char *text, size_t length, char out[FORWARD_PSEUDONYM + 1])
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, p->key, FORWARD_KEY);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)text, length);
    crypto_auth_hmacsha256_final(&state, mac);
    out[0] = '~';
    sodium_bin2hex(out + 1, FORWARD_PSEUDONYM, mac, PSEUDONYM_BYTES);
}

static void put_pseudonym(struct walk *w, const char *text, size_t length)
{
    char name[FORWARD_PSEUDONYM + 1];
    forward_pseudonym(w->policy, text, length, name);
    copy(w, "\"", 1);
    copy(w, name, FORWARD_PSEUDONYM);
    copy(w, "\"", 1);
}

static void put_sensor(struct walk *w, const char *text, size_t length)
{
    copy(w, "\"", 1);
    copy(w, w->policy->site, strlen(w->policy->site));
    copy(w, "/", 1);
    copy(w, text, length);
    copy(w, "\"", 1);
}

static bool leaves_bare(const struct walk *w, const char *text, size_t length)
{
    char address[64];
    if (!w->policy->public_addresses || length >= sizeof address) return false;
    memcpy(address, text, length);
    address[length] = 0;
    return is_public_address(address);
}

/* Passes over the value of the field at the path and writes it. What is to be a pseudonym must be a string. */
static bool put_value(struct walk *w)
{
    const char *from = w->at, *text;
    size_t length;
    bool hidden = in_list(&w->policy->pseudonyms, w->path);
    if (hidden || strcmp(w->path, "sensor") == 0) {
        if (!pass_string(w, &text, &length)) return false;
        if (hidden && leaves_bare(w, text, length))
            copy(w, from, (size_t)(w->at - from));
        else
            (hidden ? put_pseudonym : put_sensor)(w, text, length);
        return true;
    }
    if (!pass_value(w)) return false;
    copy(w, from, (size_t)(w->at - from));
    return true;
}

/* How much of the field at the path leaves. `inside`: an object around it leaves as a whole. */
enum share { SHARE_NONE, SHARE_WHOLE, SHARE_PART, SHARE_PART_OF_WHOLE };
static enum share share_of(const struct walk *w, bool inside)
{
    char c = w->at < w->end ? *w->at : 0;
    if (inside || in_list(&w->policy->fields, w->path)) {
        if (!reaches_into(&w->policy->pseudonyms, w->path)) return SHARE_WHOLE;
        /* Something in it is to be hidden: an object is walked through, an array stays. */
        return c == '{' ? SHARE_PART_OF_WHOLE : c == '[' ? SHARE_NONE : SHARE_WHOLE;
    }
    bool own = strcmp(w->path, w->type) == 0;
    return c == '{' && (own || reaches_into(&w->policy->fields, w->path)) ? SHARE_PART : SHARE_NONE;
}

static bool put_object(struct walk *w, bool inside, unsigned depth);

/* One member: its key has been passed, `w->at` stands on the value. `first`: no comma is due. */
static bool put_member(struct walk *w, const char *key, size_t key_length, bool inside, bool *first, unsigned depth)
{
    size_t n = strlen(w->path);
    char *before = w->out;
    if (n + key_length + 2 > sizeof w->path) return pass_value(w);
    snprintf(w->path + n, sizeof w->path - n, "%s%.*s", n ? "." : "", (int)key_length, key);
    enum share share = share_of(w, inside);
    bool good;
    if (share == SHARE_NONE) {
        good = pass_value(w);
    } else {
        if (!*first) copy(w, ",", 1);
        copy(w, "\"", 1);
        copy(w, key, key_length);
        copy(w, "\":", 2);
        const char *value = w->out;
        good = share == SHARE_WHOLE ? put_value(w) : put_object(w, share == SHARE_PART_OF_WHOLE, depth + 1);
        if (share == SHARE_PART && w->out - value == 2 && strcmp(w->path, w->type) != 0)
            w->out = before; /* an object of which nothing leaves */
        else
            *first = false;
    }
    w->path[n] = 0;
    return good;
}

static bool put_object(struct walk *w, bool inside, unsigned depth)
{
    bool first = true;
    if (depth > DEPTH_MOST || w->at == w->end || *w->at != '{') return false;
    w->at++;
    copy(w, "{", 1);
    while (w->at < w->end && *w->at != '}') {
        const char *key;
        size_t length;
        if (!pass_string(w, &key, &length) || w->at == w->end || *w->at++ != ':') return false;
        if (!put_member(w, key, length, inside, &first, depth)) return false;
        if (w->at < w->end && *w->at == ',') w->at++;
    }
    if (w->at == w->end) return false;
    w->at++;
    copy(w, "}", 1);
    return true;
}

size_t forward_apply(const struct forward_policy *p, const struct event_envelope *e, const char *line, size_t length,
                     char *out, size_t room)
{
    struct walk w = {.policy = p, .at = line, .end = line + length, .out = out, .out_end = out + room};
    if (e->type < 0 || !p->types[e->type]) return 0;
    if (e->type == EVENT_ALERT && e->severity > p->severity) return 0;
    w.type = event_type_name[e->type];
    return put_object(&w, false, 0) && w.at == w.end && !w.full ? (size_t)(w.out - out) : 0;
}
