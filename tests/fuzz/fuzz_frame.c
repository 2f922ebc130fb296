/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: frames through decode, defragmentation, streams and all parsers.
 *
 * Input: one byte chooses the link layer; then records of a length of two octets and that many bytes, one frame each.
 */
#include <pcap/dlt.h>

#include "tests/support/listener.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int links[] = {DLT_EN10MB, DLT_RAW, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_NULL, 147};
    static struct listener *l;
    static uint64_t frame;
    struct bytes in = bytes_over(data, size);
    if (!l) l = listener_open(false);
    int link = links[bytes_u8(&in) % (sizeof links / sizeof *links)];
    while (!bytes_empty(&in)) {
        struct bytes piece = bytes_take_upto(&in, bytes_be16(&in));
        size_t n = bytes_left(&piece);
        uint8_t *exact = malloc(n ? n : 1);
        if (n) memcpy(exact, piece.at, n);
        frame++;
        worker_frame(l->worker, link, frame, frame * 1000000u, exact, n, (uint32_t)n);
        free(exact);
    }
    return 0;
}
