/* SPDX-License-Identifier: Apache-2.0 */
/* Where frames come from: a capture file or a network interface, both by libpcap. */
#ifndef WANGLOU_SENSOR_CAPTURE_CAPTURE_H
#define WANGLOU_SENSOR_CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fault.h"
#include "sensor/capture/captured.h"

enum capture_result { CAPTURE_FRAME, CAPTURE_IDLE, CAPTURE_END, CAPTURE_FAILED };

struct capture;

/* A pcap or pcapng file; "-" is standard input. */
struct capture *capture_open_file(const char *path, struct fault *fault);
struct capture *capture_open_live(const char *interface, uint32_t snap, size_t buffer, struct fault *fault);
int capture_link(const struct capture *capture); /* DLT_ */
/* IDLE: nothing came for a short while (live only). FAILED: `fault` says why; frames read so far are good. */
enum capture_result capture_next(struct capture *capture, struct captured *frame, struct fault *fault);
/* The same for `room` frames at most, all valid until the next call. Where it must wait or the end is near: fewer.
 * `*count` is 0 but for FRAME. */
enum capture_result capture_some(struct capture *capture, struct captured *frames, unsigned room, unsigned *count,
                                 struct fault *fault);
/* Frames that the kernel or the interface dropped so far; 0 for files. */
uint64_t capture_drops(struct capture *capture);
/* Shares an interface's traffic, by flow, with all captures of the same group (AF_PACKET fanout). */
bool capture_join(struct capture *capture, unsigned group, struct fault *fault);
/* Of a live capture, for the sandbox; -1 for a file. */
int capture_descriptor(const struct capture *capture);
void capture_close(struct capture *capture);

#endif
