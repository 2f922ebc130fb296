/* SPDX-License-Identifier: Apache-2.0 */
/* Classic pcap files in large blocks: what libpcap's reader does with two calls and a copy per frame, at a fraction of
 * its time (docs/performance.md). pcapng and everything else stay with libpcap. */
#ifndef WANGLOU_SENSOR_CAPTURE_SAVEFILE_H
#define WANGLOU_SENSOR_CAPTURE_SAVEFILE_H

#include "sensor/capture/capture.h"

struct savefile;

/* NULL without a fault: not a classic pcap file, ask libpcap. */
struct savefile *savefile_open(const char *path, struct fault *fault);
int savefile_link(const struct savefile *file); /* DLT_ */
/* Is the next frame at hand, so that those before stay valid? */
bool savefile_has_next(const struct savefile *file);
enum capture_result savefile_next(struct savefile *file, struct captured *frame, struct fault *fault);
void savefile_close(struct savefile *file);

#endif
