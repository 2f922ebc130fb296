/* SPDX-License-Identifier: Apache-2.0 */
/* Where names stand in the services that do nothing but name things. Follows the modules of ISO 9506-2:2003, clauses 10
 * to 18. */
#include "parsers/mms/mms.h"

/* Pairs of a context tag and what its element is:
 *   N an ObjectName, n the same within a choice, L a list of them, v a variable's specification, w the same within a
 * choice, V a list of variables, c the components of a scattered access, s summaries that begin with an ObjectName; D a
 * domain, P a program invocation, G identifiers, F a file, d entries of a directory, A a file's attributes; C an object
 * class, M "more follows". A star for the tag: the service's own content; a plus: its first element. */
static const struct {
    uint8_t service;
    const char *request, *response;
} shapes[] = {
    {3, "0C1N", ""},          /* rename */
    {6, "0N", ""},            /* getVariableAccessAttributes */
    {7, "0N", ""},            /* defineNamedVariable */
    {8, "0N1c", ""},          /* defineScatteredAccess */
    {9, "*N", "1c"},          /* getScatteredAccessAttributes */
    {10, "1L2D", ""},         /* deleteVariableAccess */
    {11, "+N0V", ""},         /* defineNamedVariableList */
    {12, "*N", "1V"},         /* getNamedVariableListAttributes */
    {13, "1L2D", ""},         /* deleteNamedVariableList */
    {14, "+N", ""},           /* defineNamedType */
    {15, "*N", ""},           /* getNamedTypeAttributes */
    {16, "1L2D", ""},         /* deleteNamedType */
    {19, "0N", ""},           /* takeControl */
    {20, "0N", ""},           /* relinquishControl */
    {21, "0N", ""},           /* defineSemaphore */
    {22, "*N", ""},           /* deleteSemaphore */
    {23, "*N", ""},           /* reportSemaphoreStatus */
    {24, "0N", "1M"},         /* reportPoolSemaphoreStatus */
    {25, "0N", "1M"},         /* reportSemaphoreEntryStatus */
    {26, "0D", ""},           /* initiateDownloadSequence */
    {27, "", "1M"},           /* downloadSegment */
    {28, "0D", ""},           /* terminateDownloadSequence */
    {30, "", "1M"},           /* uploadSegment */
    {32, "0D4F", ""},         /* requestDomainDownload */
    {33, "0D1F", ""},         /* requestDomainUpload */
    {34, "0D4F", ""},         /* loadDomainContent */
    {35, "0D1F", ""},         /* storeDomainContent */
    {37, "", "4G"},           /* getDomainAttributes */
    {38, "0P1G", ""},         /* createProgramInvocation */
    {40, "0P", ""},           /* start */
    {41, "0P", ""},           /* stop */
    {42, "0P", ""},           /* resume */
    {43, "0P", ""},           /* reset */
    {44, "0P", ""},           /* kill */
    {45, "", "1G"},           /* getProgramInvocationAttributes */
    {46, "1F2F", ""},         /* obtainFile */
    {47, "0N6v", ""},         /* defineEventCondition */
    {48, "0L", ""},           /* deleteEventCondition */
    {49, "*N", "6w"},         /* getEventConditionAttributes */
    {50, "*N", ""},           /* reportEventConditionStatus */
    {51, "0N", ""},           /* alterEventConditionMonitoring */
    {52, "0N", ""},           /* triggerEvent */
    {53, "0N", ""},           /* defineEventAction */
    {54, "0L", ""},           /* deleteEventAction */
    {55, "*N", ""},           /* getEventActionAttributes */
    {56, "*N", ""},           /* reportEventActionStatus */
    {57, "0N1N4N", ""},       /* defineEventEnrollment */
    {58, "0L1N2N", ""},       /* deleteEventEnrollment */
    {59, "0N", ""},           /* alterEventEnrollment */
    {60, "*N", ""},           /* reportEventEnrollmentStatus */
    {61, "1L3N4N5N", "0s1M"}, /* getEventEnrollmentAttributes */
    {62, "0N", ""},           /* acknowledgeEventNotification */
    {63, "5N", "0s1M"},       /* getAlarmSummary */
    {64, "5N", "0s1M"},       /* getAlarmEnrollmentSummary */
    {65, "0N", "1M"},         /* readJournal */
    {66, "0N", ""},           /* writeJournal */
    {67, "0N", ""},           /* initializeJournal */
    {68, "*N", ""},           /* reportJournalStatus */
    {69, "0N", ""},           /* createJournal */
    {70, "0N", ""},           /* deleteJournal */
    {71, "", "1M"},           /* getCapabilityList */
    {72, "0F", "1A"},         /* fileOpen */
    {73, "", "1M"},           /* fileRead */
    {75, "0F1F", ""},         /* fileRename */
    {76, "*F", ""},           /* fileDelete */
    {77, "0F1F", "0d1M"},     /* fileDirectory */
};

static void take_name(struct pdu *p, const struct ber *object)
{
    struct mms_name name;
    if (mms_parse_name(p, object, &name)) mms_emit_object(p, &name);
}

static void take_variable(struct pdu *p, struct bytes content)
{
    struct ber choice, object;
    if (ber_next(&content, &choice) && choice.id == BER_CONSTRUCTED(0) && ber_next(&choice.content, &object))
        take_name(p, &object);
}

/* The elements of a list: of each, what its `tag` holds (an ObjectName or a variable); ObjectNames as they are. */
static void take_list(struct pdu *p, struct bytes content, char kind)
{
    struct ber item, part, object;
    while (ber_next(&content, &item)) {
        if (kind == 'L')
            take_name(p, &item);
        else if (kind == 'V')
            take_variable(p, item.content);
        else if (kind == 'c' && ber_find(item.content, BER_CONSTRUCTED(1), &part))
            take_variable(p, part.content);
        else if (kind == 's' && ber_find(item.content, BER_CONSTRUCTED(0), &part) && ber_next(&part.content, &object))
            take_name(p, &object);
    }
}

/* FileName: a sequence of GraphicStrings. */
static void take_file(struct pdu *p, struct bytes content)
{
    struct ber part;
    while (ber_next(&content, &part)) {
        if (part.id != BER_GRAPHIC) continue;
        emit_text(p, F_FILE_NAME, part.content);
        message_object_text(p, part.content);
    }
}

static void take_file_attributes(struct pdu *p, struct bytes content)
{
    struct ber size;
    if (ber_find(content, BER_CONTEXT(0), &size)) emit_int(p, F_FILE_SIZE, (int32_t)ber_int(size.content));
}

static void take_directory(struct pdu *p, struct bytes content)
{
    struct ber list, entry, part;
    while (ber_next(&content, &list))
        while (ber_next(&list.content, &entry)) {
            if (ber_find(entry.content, BER_CONSTRUCTED(0), &part)) take_file(p, part.content);
            if (ber_find(entry.content, BER_CONSTRUCTED(1), &part)) take_file_attributes(p, part.content);
        }
}

static void take(struct pdu *p, char kind, const struct ber *element)
{
    struct bytes content = element->content;
    struct ber inner, object;
    switch (kind) {
    case 'N':
        if (ber_next(&content, &inner)) take_name(p, &inner);
        break;
    case 'n':
        if (ber_next(&content, &inner) && inner.id == BER_CONSTRUCTED(0) && ber_next(&inner.content, &object))
            take_name(p, &object);
        break;
    case 'v':
        take_variable(p, content);
        break;
    case 'w':
        if (ber_next(&content, &inner) && inner.id == BER_CONSTRUCTED(0)) take_variable(p, inner.content);
        break;
    case 'D':
    case 'P':
        emit_text(p, kind == 'D' ? F_DOMAIN_NAME : F_PROGRAM_NAME, content);
        message_object_text(p, content);
        break;
    case 'G':
        while (ber_next(&content, &inner)) emit_text(p, F_IDENTIFIER, inner.content);
        break;
    case 'F':
        take_file(p, content);
        break;
    case 'd':
        take_directory(p, content);
        break;
    case 'A':
        take_file_attributes(p, content);
        break;
    case 'C':
        if (ber_next(&content, &inner)) emit_int(p, F_OBJECT_CLASS, (int32_t)ber_int(inner.content));
        break;
    case 'M':
        emit_uint(p, F_MORE_FOLLOWS, ber_uint(content) != 0);
        break;
    default:
        take_list(p, content, kind);
    }
}

void mms_parse_shape(struct pdu *p, const char *shape, struct bytes content)
{
    struct ber element = {.content = content};
    if (*shape == '*') {
        take(p, shape[1], &element);
        return;
    }
    if (*shape == '+') {
        if (!ber_next(&content, &element)) return;
        take_name(p, &element);
        shape += 2;
    }
    while (ber_next(&content, &element))
        for (const char *s = shape; ber_is_context(&element) && *s; s += 2)
            if (element.tag == (uint32_t)(*s - '0')) take(p, s[1], &element);
}

const char *mms_shape_of(uint32_t service, bool response)
{
    for (unsigned i = 0; i < COUNT_OF(shapes); i++)
        if (shapes[i].service == service) return response ? shapes[i].response : shapes[i].request;
    return "";
}
