/* SPDX-License-Identifier: Apache-2.0 */
/* Zeroed memory for tables that are looked up at random, in huge pages where the system grants them: a search in a
 * table of many small pages misses the processor's address cache nearly every time. Nothing is there before it is
 * touched. */
#ifndef WANGLOU_COMMON_PAGES_H
#define WANGLOU_COMMON_PAGES_H

#include <stddef.h>

/* NULL: no memory. Give back with the same size. */
void *pages_take(size_t size);
void pages_give(void *memory, size_t size);

#endif
