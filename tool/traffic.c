/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou traffic: makes a capture from traffic scripts (docs/traffic-scripts.md); several are merged by time. */
#include "signatures/traffic.h"
#include "signatures/traffic/packet.h"
#include "tool/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A script's capture and its packet that comes next. */
struct source {
    struct traffic traffic;
    size_t offset;
    struct traffic_packet packet;
    bool more;
};

static void advance(struct source *s) { s->more = traffic_next(&s->traffic, &s->offset, &s->packet); }

static bool write_merged(struct source *sources, int count, FILE *out)
{
    uint8_t head[PCAP_HEADER];
    pcap_header(head);
    fwrite(head, 1, PCAP_HEADER, out);
    for (;;) {
        struct source *first = NULL;
        for (int i = 0; i < count; i++)
            if (sources[i].more && (!first || sources[i].packet.time_ns < first->packet.time_ns)) first = &sources[i];
        if (!first) break;
        const struct traffic_packet *p = &first->packet;
        uint8_t record[PCAP_RECORD];
        pcap_record(record, p->time_ns, bytes_left(&p->frame), p->length);
        fwrite(record, 1, PCAP_RECORD, out);
        fwrite(p->frame.at, 1, bytes_left(&p->frame), out);
        advance(first);
    }
    return fflush(out) == 0 && !ferror(out);
}

static int run(int argc, char **argv)
{
    if (argc < 2) return command_usage(&command_traffic);
    if (isatty(STDOUT_FILENO))
        return command_failed("wanglou traffic: the capture goes to standard output; write: wanglou traffic FILE.txt > "
                              "FILE.pcap");
    int count = argc - 1;
    struct fault fault = {""};
    struct source *sources = calloc((size_t)count, sizeof *sources);
    if (!sources) return command_failed("wanglou traffic: out of memory");
    bool done = true;
    for (int i = 0; done && i < count; i++)
        if ((done = traffic_load(argv[i + 1], &sources[i].traffic, &fault))) advance(&sources[i]);
    if (done && !write_merged(sources, count, stdout))
        done = fault_set(&fault, "wanglou traffic: standard output: %s", strerror(errno));
    for (int i = 0; i < count; i++) traffic_free(&sources[i].traffic);
    free(sources);
    return done ? EXIT_DONE : command_failed(fault.text);
}

const struct command command_traffic = {"traffic", "FILE.txt… > FILE.pcap", "由流量脚本生成抓包文件",
                                        "make a capture from traffic scripts", run};
