/* SPDX-License-Identifier: Apache-2.0 */
/* A spool as the source of a sender's stream. */
#ifndef WANGLOU_COMMON_LINK_SOURCE_H
#define WANGLOU_COMMON_LINK_SOURCE_H

#include "common/link.h"
#include "common/spool.h"

struct link_source link_spool_source(struct spool *spool);

#endif
