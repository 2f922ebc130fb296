/* SPDX-License-Identifier: Apache-2.0 */
/* A capture file played again and again at the pace of its timestamps, stamped with the time of now. */
#ifndef WANGLOU_SENSOR_CAPTURE_REPLAY_H
#define WANGLOU_SENSOR_CAPTURE_REPLAY_H

#include "sensor/capture/capture.h"

struct replay;

struct replay *replay_open(const char *path, struct fault *fault);
int replay_link(const struct replay *replay);
/* IDLE: the next frame is not due yet (it waited a tenth of a second at most). Never END. */
enum capture_result replay_next(struct replay *replay, struct captured *frame, struct fault *fault);
void replay_close(struct replay *replay);

#endif
