/* SPDX-License-Identifier: Apache-2.0 */
/* Is an IP address one of the internet, or of somebody's own network (RFC 1918, 6598, 3927, 4193, 4291)? */
#ifndef WANGLOU_COMMON_PUBLIC_ADDRESS_H
#define WANGLOU_COMMON_PUBLIC_ADDRESS_H

#include <stdbool.h>

/* Of the internet; false also for what is no address at all. */
bool is_public_address(const char *text);

#endif
