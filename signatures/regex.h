/* SPDX-License-Identifier: Apache-2.0 */
/* One regular expression over hostile bytes: Hyperscan, so linear in the input and without backtracking.
 *
 * Hyperscan needs scratch memory that no two threads use at once. A small pool of it, grown when an expression is
 * compiled, serves all threads: matching takes a free one with one atomic exchange and puts it back, without lock or
 * allocation. */
#ifndef WANGLOU_SIGNATURES_REGEX_H
#define WANGLOU_SIGNATURES_REGEX_H

#include "common/fault.h"

#include <stddef.h>
#include <stdint.h>

struct regex;

/* Letter case does not count, as with Wireshark's `matches`; (?-i) makes it count. NULL and what Hyperscan says of the
 * expression in `why`. */
struct regex *regex_compile(const char *expression, char *why, size_t why_size);
void regex_free(struct regex *regex);
bool regex_match(const struct regex *regex, const void *bytes, size_t length);

#endif
