/* SPDX-License-Identifier: Apache-2.0 */
/* Faults as one line of text, and the nearest right name for a wrong one. */
#include "common/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool(fault_set)(struct fault *fault, const char *format, ...)
{
    va_list arguments;
    if (!fault || fault->text[0]) return false;
    va_start(arguments, format);
    vsnprintf(fault->text, sizeof fault->text, format, arguments);
    va_end(arguments);
    return false;
}

bool(fault_at)(struct fault *fault, const char *file, unsigned line, unsigned column, const char *format, ...)
{
    va_list arguments;
    if (!fault || fault->text[0]) return false;
    int n = snprintf(fault->text, sizeof fault->text, "%s:%u:%u: ", file, line, column);
    if (n < 0 || (size_t)n >= sizeof fault->text) return false;
    va_start(arguments, format);
    vsnprintf(fault->text + n, sizeof fault->text - (size_t)n, format, arguments);
    va_end(arguments);
    return false;
}

enum { NAME_MAX_LENGTH = 63 };

/* Levenshtein distance of names up to 63 bytes; longer ones are never near. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[NAME_MAX_LENGTH + 2];
    size_t m = strlen(a), n = strlen(b);
    if (m > NAME_MAX_LENGTH || n > NAME_MAX_LENGTH) return 1000;
    for (size_t j = 0; j <= n; j++) row[j] = (unsigned)j;
    for (size_t i = 1; i <= m; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

const char *nearest_name(const char *wrong, const char *(*next)(void *context, unsigned index), void *context)
{
    const char *best = NULL, *name;
    unsigned least = (unsigned)strlen(wrong) / 3 + 2;
    for (unsigned i = 0; (name = next(context, i)); i++) {
        unsigned d = distance(wrong, name);
        if (d < least) least = d, best = name;
    }
    return best;
}
