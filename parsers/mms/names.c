/* SPDX-License-Identifier: Apache-2.0 */
/* Names of MMS objects, and how IEC 61850 writes them. Follows ISO 9506-2 clauses 7.5.2 and 14.5, and the mapping of
 * references in IEC 61850-8-1 clause 7.3: "LD/LN$FC$DO$DA" is shown as "LD/LN.DO.DA[FC]". */
#include "parsers/mms/mms.h"

enum { REFERENCE = 140 };

bool mms_parse_name(struct pdu *p, const struct ber *element, struct mms_name *name)
{
    enum { VMD = BER_CONTEXT(0), DOMAIN = BER_CONSTRUCTED(1), ASSOCIATION = BER_CONTEXT(2) };
    *name = (struct mms_name){{0}, {0}};
    if (element->id == VMD || element->id == ASSOCIATION) {
        name->item = element->content;
        emit_text(p, element->id == VMD ? F_VMD_NAME : F_ASSOCIATION_NAME, name->item);
        return true;
    }
    if (element->id != DOMAIN) return false;
    struct bytes content = element->content;
    struct ber domain, item;
    if (!ber_next(&content, &domain)) return false;
    name->domain = domain.content;
    emit_text(p, F_DOMAIN_ID, name->domain);
    if (!ber_next(&content, &item)) return false;
    name->item = item.content;
    emit_text(p, F_ITEM_ID, name->item);
    return true;
}

static void keep(struct mms_list *list, const struct mms_name *name)
{
    if (list->count < MMS_LISTED) list->names[list->count++] = *name;
}

void mms_parse_variables(struct pdu *p, const struct ber *specification, struct mms_list *list)
{
    enum { LIST_OF_VARIABLE = BER_CONSTRUCTED(0), LIST_NAME = BER_CONSTRUCTED(1), NAME = BER_CONSTRUCTED(0) };
    struct bytes content = specification->content;
    struct ber variable, part, object;
    struct mms_name name;
    if (specification->id == LIST_NAME) {
        list->is_list = true;
        if (ber_next(&content, &object) && mms_parse_name(p, &object, &name)) keep(list, &name);
        return;
    }
    if (specification->id != LIST_OF_VARIABLE) return;
    while (ber_next(&content, &variable)) {
        if (!ber_next(&variable.content, &part)) continue;
        name = (struct mms_name){{0}, {0}};
        if (part.id == NAME && ber_next(&part.content, &object)) mms_parse_name(p, &object, &name);
        keep(list, &name);
    }
}

/* Copies a part of a reference with '$' turned to '.'; returns the new length. */
static size_t append(char *out, size_t n, struct bytes part)
{
    while (!bytes_empty(&part) && n + 1 < REFERENCE) {
        uint8_t c = bytes_u8(&part);
        out[n++] = c == '$' ? '.' : (char)c;
    }
    return n;
}

/* "LLN0$BR$rcb01" has its functional constraint, two capitals, between the first two dollars. */
static size_t reference(const struct bytes *domain, const struct bytes *item, char *out)
{
    struct bytes rest = *item, node;
    size_t n = append(out, 0, *domain);
    if (!bytes_empty(domain) && n + 1 < REFERENCE) out[n++] = '/';
    ptrdiff_t dollar = bytes_find(&rest, '$');
    bool constrained = dollar > 0 && bytes_peek(&rest, (size_t)dollar + 1) >= 'A' &&
                       bytes_peek(&rest, (size_t)dollar + 2) >= 'A' && bytes_peek(&rest, (size_t)dollar + 2) <= 'Z' &&
                       (bytes_left(&rest) == (size_t)dollar + 3 || bytes_peek(&rest, (size_t)dollar + 3) == '$');
    if (!constrained) return append(out, n, rest);
    node = bytes_take(&rest, (size_t)dollar);
    bytes_skip(&rest, 1);
    struct bytes constraint = bytes_take(&rest, 2);
    n = append(out, n, node);
    n = append(out, n, rest);
    if (n + 5 < REFERENCE) {
        out[n++] = '[';
        n = append(out, n, constraint);
        out[n++] = ']';
    }
    return n;
}

static void emit_reference(struct pdu *p, const struct bytes *domain, const struct bytes *item)
{
    char text[REFERENCE];
    size_t n = reference(domain, item, text);
    uint8_t *copy = pdu_scratch(p, n);
    if (copy) message_object_text(p, bytes_over(memcpy(copy, text, n), n));
}

void mms_emit_object(struct pdu *p, const struct mms_name *name)
{
    if (wants_object(p)) emit_reference(p, &name->domain, &name->item);
}

/* A name as mms_memory keeps it: "domain/item", or the item alone. */
void mms_emit_remembered(struct pdu *p, const char *text)
{
    struct bytes item = bytes_over(text, strlen(text)), domain = {0};
    ptrdiff_t slash = bytes_find(&item, '/');
    if (slash >= 0) {
        domain = bytes_take(&item, (size_t)slash);
        bytes_skip(&item, 1);
    }
    emit_reference(p, &domain, &item);
}
