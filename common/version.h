/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where the version stands. */
#ifndef WANGLOU_COMMON_VERSION_H
#define WANGLOU_COMMON_VERSION_H

#define WANGLOU_VERSION "0.1.0"

#endif
