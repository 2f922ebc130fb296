/* SPDX-License-Identifier: Apache-2.0 */
/* Occurrences of a field as keys and as text (filter.h), in tshark's form. */
#include "signatures/filter_private.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

unsigned filter_field_each(const struct filter_field *field, const struct message *message,
                           void (*each)(void *context, const void *bytes, size_t length), void *context)
{
    struct datum d;
    uint32_t cursor = 0;
    unsigned count = 0;
    for (; field_next(field, message, &cursor, &d); count++) {
        uint64_t low = (uint64_t)d.number;
        if (d.bytes)
            each(context, d.bytes, d.length);
        else if (d.kind == DATUM_REAL)
            each(context, &d.real, sizeof d.real);
        else
            each(context, &low, sizeof low);
    }
    return count;
}

static size_t print_address(const struct datum *d, char *out, size_t size)
{
    char text[INET6_ADDRSTRLEN];
    const uint8_t *b = d->bytes;
    if (d->family == FAMILY_ETHER)
        return (size_t)snprintf(out, size, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    inet_ntop(d->family == FAMILY_IPV6 ? AF_INET6 : AF_INET, b, text, sizeof text);
    return (size_t)snprintf(out, size, "%s", text);
}

static size_t print_computed(const struct computed *c, const struct message *m, char *out, size_t size)
{
    struct datum d;
    if ((!c->of_frame && !m->parser) || !c->get(m, 0, &d)) return 0;
    if (d.family) return print_address(&d, out, size);
    if (d.kind == DATUM_BYTES) return (size_t)snprintf(out, size, "%.*s", (int)d.length, (const char *)d.bytes);
    if (d.kind == DATUM_REAL && c->of_frame) /* the frame's time: a double would lose its nanoseconds */
        return (size_t)snprintf(out, size, "%" PRIu64 ".%09" PRIu64, m->packet->time_ns / 1000000000,
                                m->packet->time_ns % 1000000000);
    if (d.kind == DATUM_REAL) return (size_t)snprintf(out, size, "%.9g", d.real);
    if (c->hex_digits) return (size_t)snprintf(out, size, "0x%0*" PRIx64, c->hex_digits, (uint64_t)d.number);
    return (size_t)snprintf(out, size, "%" PRIu64, (uint64_t)d.number);
}

size_t filter_field_print(const struct filter_field *field, const struct message *message, char *out, size_t size)
{
    if (size) out[0] = 0;
    if (field->computed) return print_computed(field->computed, message, out, size);
    const struct value *v = message_value(message, field->number);
    return v ? value_print(v, out, size) : 0;
}
