/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou demo: what its two files share: the folder it keeps its things in, and the programs it runs. */
#ifndef WANGLOU_TOOL_DEMO_H
#define WANGLOU_TOOL_DEMO_H

#include "common/fault.h"

#include <limits.h>
#include <sys/types.h>

struct demo {
    const char *directory;       /* keys, options, data, logs; absolute once set up */
    const char *interface;       /* listen here … */
    const char *capture;         /* … or read this */
    bool replay;                 /* at the pace of its timestamps, again and again */
    const char *console;         /* the console's files */
    const char *signatures;      /* the signature library; NULL: none */
    const char *vulnerabilities; /* the library of known vulnerabilities; NULL: none */
    char programs[PATH_MAX];     /* where the daemons are */
    char absolute[PATH_MAX];
    unsigned http_port, link_port;
};

/* -- demo_setup.c -- */
/* Makes the folder, the keys of both daemons, enrols the sensor, finds free ports, writes both option files. */
bool demo_set_up(struct demo *demo, struct fault *fault);
/* "DIRECTORY/NAME" in one of four buffers. */
const char *demo_path(const struct demo *demo, const char *name);

#endif
