/* SPDX-License-Identifier: Apache-2.0 */
/* What an OPTION_LIST fills, apart from options.h, whose `struct option` getopt.h has, too. */
#ifndef WANGLOU_COMMON_OPTION_LIST_H
#define WANGLOU_COMMON_OPTION_LIST_H

struct option_list {
    const char *const *items;
    unsigned count;
};

#endif
