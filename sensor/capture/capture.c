/* SPDX-License-Identifier: Apache-2.0 */
/* Files and interfaces through libpcap: nanosecond stamps, no promise to send. */
#include "sensor/capture/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { POLL_MILLISECONDS = 100 };

struct capture {
    pcap_t *pcap;
    const char *name;
    uint64_t number;
    int link;
    bool live;
};

static struct capture *made(pcap_t *pcap, const char *name, bool live, struct fault *fault)
{
    struct capture *c = calloc(1, sizeof *c);
    if (!c) {
        pcap_close(pcap);
        fault_set(fault, "out of memory");
        return NULL;
    }
    c->pcap = pcap;
    c->name = name;
    c->live = live;
    c->link = pcap_datalink(pcap);
    return c;
}

struct capture *capture_open_file(const char *path, struct fault *fault)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    struct stat about;
    if (strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        fault_set(fault, "%s: is a directory, not a capture file", path);
        return NULL;
    }
    pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
    if (!pcap) {
        /* libpcap names the file in some of its messages only */
        bool named = strncmp(error, path, strlen(path)) == 0;
        fault_set(fault, "%s%s%s", named ? "" : path, named ? "" : ": ", error);
        return NULL;
    }
    return made(pcap, path, false, fault);
}

static bool set_up(pcap_t *pcap, uint32_t snap, size_t buffer)
{
    return pcap_set_snaplen(pcap, (int)snap) == 0 && pcap_set_promisc(pcap, 1) == 0 &&
           pcap_set_timeout(pcap, POLL_MILLISECONDS) == 0 && pcap_set_buffer_size(pcap, (int)buffer) == 0 &&
           pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
}

struct capture *capture_open_live(const char *interface, uint32_t snap, size_t buffer, struct fault *fault)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(interface, error);
    if (!pcap || !set_up(pcap, snap, buffer)) {
        fault_set(fault, "%s: %s", interface, error[0] ? error : "can not be set up for capturing");
        if (pcap) pcap_close(pcap);
        return NULL;
    }
    int status = pcap_activate(pcap);
    if (status < 0) {
        const char *why = pcap_geterr(pcap);
        fault_set(fault, "%s: %s%s%s", interface, pcap_statustostr(status), why[0] ? ": " : "", why);
        pcap_close(pcap);
        return NULL;
    }
    return made(pcap, interface, true, fault);
}

int capture_link(const struct capture *c) { return c->link; }

enum capture_result capture_next(struct capture *c, struct captured *frame, struct fault *fault)
{
    struct pcap_pkthdr *header;
    switch (pcap_next_ex(c->pcap, &header, &frame->bytes)) {
    case 1:
        frame->number = ++c->number;
        frame->time_ns = (uint64_t)header->ts.tv_sec * 1000000000u + (uint64_t)header->ts.tv_usec;
        frame->captured = header->caplen;
        frame->length = header->len;
        return CAPTURE_FRAME;
    case 0:
        return CAPTURE_IDLE;
    case PCAP_ERROR_BREAK:
        return CAPTURE_END;
    default:
        fault_set(fault, "%s: after frame %llu: %s", c->name, (unsigned long long)c->number, pcap_geterr(c->pcap));
        return CAPTURE_FAILED;
    }
}

uint64_t capture_drops(struct capture *c)
{
    struct pcap_stat stat;
    if (!c->live || pcap_stats(c->pcap, &stat) != 0) return 0;
    return (uint64_t)stat.ps_drop + stat.ps_ifdrop;
}

void capture_close(struct capture *c)
{
    if (!c) return;
    pcap_close(c->pcap);
    free(c);
}
