/* SPDX-License-Identifier: Apache-2.0 */
/* Categories of risk signatures: signatures/categories.yaml, linked into the program; classes of GB/T 20986-2023. */
#ifndef WANGLOU_SIGNATURES_CATEGORIES_H
#define WANGLOU_SIGNATURES_CATEGORIES_H

#include "signatures/signature.h"

struct category {
    const char *key;
    const char *class_zh, *subclass_zh; /* GB/T 20986-2023 */
    struct words name;
};

/* All of them, made at the first call, never freed; NULL and a fault when the file is wrong (the unit tests read it).
 */
const struct category *categories(unsigned *count, struct fault *fault);
const struct category *category_find(const char *key); /* NULL: unknown */
const char *category_nearest(const char *key);         /* NULL: none is near */

#endif
