/* SPDX-License-Identifier: Apache-2.0 */
/* What part of the network a reader may see, by the names of sensors: "xiashan/refinery-1/mirror-2" lies in the scope
 * "xiashan" and in "xiashan/refinery-1". Every query over a reader keeps to it. */
#ifndef WANGLOU_COLLECTOR_STORE_SCOPE_H
#define WANGLOU_COLLECTOR_STORE_SCOPE_H

#include "collector/store/store.h"

/* `scope`: names with commas; "" or NULL: everything. */
bool scope_holds(const char *scope, const char *sensor, size_t length);
/* Within the scope, or above a part of it on the way there ("xiashan" above "xiashan/refinery-1")? */
bool scope_meets(const char *scope, const char *node);
/* Copied; holds for all further queries of this reader. */
void store_reader_scope(struct store_reader *reader, const char *scope);
const char *store_reader_scope_of(const struct store_reader *reader);
/* Was anything left out since the scope was set, because it is foreign? */
bool store_reader_foreign(const struct store_reader *reader);

#endif
