/* SPDX-License-Identifier: Apache-2.0 */
/* control.db: people, their sign-ins, and the audit log; one connection behind a lock, since all of it is small. */
#ifndef WANGLOU_COLLECTOR_SERVICE_CONTROL_H
#define WANGLOU_COLLECTOR_SERVICE_CONTROL_H

#include "collector/store/database.h"

struct control;

/* Opens or makes DIRECTORY/control.db. */
struct control *control_open(const char *directory, struct fault *fault);
/* For reading only, of a directory that a collector has made; it may be at work. */
struct control *control_open_reader(const char *directory, struct fault *fault);
void control_close(struct control *control);

/* The connection, for the caller alone until control_unlock. */
sqlite3 *control_lock(struct control *control);
void control_unlock(struct control *control);

/* A transaction, with the lock held; the end commits when all was good, else takes everything back. */
bool control_begin(sqlite3 *database, struct fault *fault);
bool control_end(sqlite3 *database, bool good, struct fault *fault);

#endif
