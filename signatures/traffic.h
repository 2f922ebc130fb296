/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic scripts: a few lines of text become a capture, for the rules' proofs, the tests and the demonstration plant.
 *
 * The language is our own; docs/traffic-scripts.md describes it with examples. In short:
 *
 *   host plc 10.1.1.10 00:1b:1b:00:00:10         # a name for an address (and its MAC)
 *   tcp 10.1.1.5:49152 > plc:502                 # handshake, sequence numbers, checksums and MACs by themselves
 *   > 0001 0000 0006 01 03 0000 000a             # client to server: hex, "text\r\n", numbers, wrappers
 *   < mbap(1, 1) { 03 14 be16(230) fill(18) }    # server to client, with the MBAP header put before
 *   wait 2s
 *   repeat 10 as i
 *     > mbap(i + 2, 1) { 06 0010 be16(100 * i) }
 *     < mbap(i + 2, 1) { 06 0010 be16(100 * i) }
 *   end
 *   lost > …   late > …   twice > …   split 3 > …   back 4 > …   cut 60 > …
 *   udp 10.1.1.5:47808 > 10.1.1.20:47808 vlan 100
 *   ether 0x88b8 00:0c:cd:00:00:01 > 01:0c:cd:01:00:01
 *
 * Same text, same bytes: nothing depends on the host, the clock or chance. */
#ifndef WANGLOU_SIGNATURES_TRAFFIC_H
#define WANGLOU_SIGNATURES_TRAFFIC_H

#include "common/bytes.h"
#include "common/fault.h"

/* A capture in memory: a whole pcap file (microseconds, Ethernet). The caller frees it with traffic_free. */
struct traffic {
    uint8_t *pcap;
    size_t length;
    unsigned packets;
};

/* `line` is the number of the script's first line in `file`; `column` how many columns every line is indented there
 * (a block in a YAML file; 0 for a file of its own). False, an empty capture and one line in `fault` on the first
 * error, with line and column. */
bool traffic_compile(const char *text, const char *file, unsigned line, unsigned column, struct traffic *traffic,
                     struct fault *fault);
/* The script in file `path`. */
bool traffic_load(const char *path, struct traffic *traffic, struct fault *fault);
void traffic_free(struct traffic *traffic);

/* Writes the capture to a file. */
bool traffic_save(const struct traffic *traffic, const char *path, struct fault *fault);

/* One packet of it; `frame` lies in the capture and may be shorter than `length`, what was on the wire. */
struct traffic_packet {
    uint64_t time_ns;
    struct bytes frame;
    uint32_t length;
};
/* Walks over the packets: `offset` begins at 0. False at the end. */
bool traffic_next(const struct traffic *traffic, size_t *offset, struct traffic_packet *packet);

#endif
