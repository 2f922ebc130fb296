/* SPDX-License-Identifier: Apache-2.0 */
/* What a request for evidence is answered with: packets of `evidence` events, and the address behind a pseudonym, found
 * by making the pseudonym of every address that is known here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/link/parent.h"
#include "collector/service/requests.h"
#include "collector/store/event_json.h"
#include "collector/store/evidence.h"
#include "collector/store/internal.h"

void request_hash(const json_t *content, char out[REQUEST_HASH + 1])
{
    char *text = json_dumps(content, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text) abort();
    digest_text(text, strlen(text), out);
    free(text);
}

bool request_resolve(struct hierarchy *h, struct store_reader *reader, const char *pseudonym,
                     char out[REQUEST_SUBJECT + 1], struct fault *fault)
{
    char name[PARENT_PSEUDONYM + 1];
    bool found = false;
    if (!h->options.parent) return false;
    sqlite3_stmt *select =
        database_prepare(reader->main,
                         "SELECT source FROM link UNION SELECT target FROM link UNION SELECT source FROM"
                         " alert UNION SELECT target FROM alert UNION SELECT key FROM device UNION SELECT"
                         " json_extract(asset,'$.mac') FROM device",
                         fault);
    while (!found && select && sqlite3_step(select) == SQLITE_ROW) {
        const char *address = database_text(select, 0);
        if (!*address || strlen(address) > REQUEST_SUBJECT) continue;
        parent_pseudonym(h->options.parent, address, name);
        found = strcmp(name, pseudonym) == 0;
        if (found) snprintf(out, REQUEST_SUBJECT + 1, "%s", address);
    }
    sqlite3_finalize(select);
    return found;
}

struct packets {
    json_t *list;
    size_t bytes;
    bool truncated;
};

static bool take_event(void *context, const char *id, const char *line, size_t length)
{
    struct packets *p = context;
    size_t i;
    json_t *packet, *event = event_json(line, length), *evidence = json_object_get(event, "evidence");
    (void)id;
    p->truncated |= json_is_true(json_object_get(evidence, "truncated"));
    json_array_foreach(json_object_get(evidence, "packets"), i, packet)
    {
        p->bytes += json_dumpb(packet, NULL, 0, JSON_COMPACT) + 1;
        p->truncated |= p->bytes > CONTENT_MOST;
        if (p->bytes <= CONTENT_MOST) json_array_append(p->list, packet);
    }
    json_decref(event);
    return true;
}

static json_t *capture_of(struct store_reader *reader, const char *alert, struct fault *fault)
{
    struct packets p = {.list = json_array()};
    json_t *content = NULL;
    if (evidence_of_alert(reader, alert, take_event, &p, fault) && json_array_size(p.list))
        content = json_pack("{s:s,s:O,s:b}", "alert", alert, "packets", p.list, "truncated", p.truncated);
    json_decref(p.list);
    return content;
}

json_t *request_content(struct hierarchy *h, struct store_reader *reader, const struct evidence_request *q,
                        struct fault *fault)
{
    char address[REQUEST_SUBJECT + 1];
    if (q->kind == REQUEST_CAPTURE) return capture_of(reader, q->subject, fault);
    return request_resolve(h, reader, q->subject, address, fault)
               ? json_pack("{s:s,s:s}", "pseudonym", q->subject, "address", address)
               : NULL;
}
