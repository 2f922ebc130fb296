/* SPDX-License-Identifier: Apache-2.0 */
/* Files and interfaces through libpcap: nanosecond stamps, no promise to send. */
#include "sensor/capture/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "sensor/capture/savefile.h"

/* linux/if_packet.h */
enum { FANOUT_OPTION = 18, FANOUT_HASH = 0, FANOUT_DEFRAGMENT = 0x8000, PACKET_LEVEL = 263 };

enum { POLL_MILLISECONDS = 100 };

struct capture {
    pcap_t *pcap;              /* NULL: */
    struct savefile *savefile; /* a classic file */
    const char *name;
    uint64_t number;
    int link;
    bool live;
};

static struct capture *made(pcap_t *pcap, struct savefile *savefile, const char *name, bool live, struct fault *fault)
{
    struct capture *c = calloc(1, sizeof *c);
    if (!c) {
        if (pcap) pcap_close(pcap);
        savefile_close(savefile);
        fault_set(fault, "out of memory");
        return NULL;
    }
    c->pcap = pcap;
    c->savefile = savefile;
    c->name = name;
    c->live = live;
    c->link = pcap ? pcap_datalink(pcap) : savefile_link(savefile);
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
    struct savefile *savefile = savefile_open(path, fault);
    if (savefile) return made(NULL, savefile, path, false, fault);
    if (fault->text[0]) return NULL;
    pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
    if (!pcap) {
        /* libpcap names the file in some of its messages only */
        bool named = strncmp(error, path, strlen(path)) == 0;
        fault_set(fault, "%s%s%s", named ? "" : path, named ? "" : ": ", error);
        return NULL;
    }
    return made(pcap, NULL, path, false, fault);
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
    /* libpcap's own wait has no end on a silent interface: no time would pass, and no signal be seen */
    if (pcap_setnonblock(pcap, 1, error) != 0) {
        fault_set(fault, "%s: %s", interface, error);
        pcap_close(pcap);
        return NULL;
    }
    return made(pcap, NULL, interface, true, fault);
}

int capture_link(const struct capture *c) { return c->link; }

/* Waits for frames; false: none came for a while. */
static bool frames_come(const struct capture *c)
{
    struct pollfd ready = {.fd = pcap_fileno(c->pcap), .events = POLLIN};
    return c->live && poll(&ready, 1, POLL_MILLISECONDS) > 0;
}

enum capture_result capture_next(struct capture *c, struct captured *frame, struct fault *fault)
{
    struct pcap_pkthdr *header;
    if (c->savefile) return savefile_next(c->savefile, frame, fault);
    int result = pcap_next_ex(c->pcap, &header, &frame->bytes);
    if (result == 0 && frames_come(c)) result = pcap_next_ex(c->pcap, &header, &frame->bytes);
    switch (result) {
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

enum capture_result capture_some(struct capture *c, struct captured *frames, unsigned room, unsigned *count,
                                 struct fault *fault)
{
    enum capture_result result = capture_next(c, frames, fault);
    *count = result == CAPTURE_FRAME;
    while (c->savefile && *count && *count < room && savefile_has_next(c->savefile))
        if (savefile_next(c->savefile, &frames[*count], fault) == CAPTURE_FRAME) ++*count;
    return result;
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
    if (c->pcap) pcap_close(c->pcap);
    savefile_close(c->savefile);
    free(c);
}

int capture_descriptor(const struct capture *c) { return c->live ? pcap_fileno(c->pcap) : -1; }

bool capture_join(struct capture *c, unsigned group, struct fault *fault)
{
    uint32_t how = (group & 0xffff) | (uint32_t)(FANOUT_HASH | FANOUT_DEFRAGMENT) << 16;
    if (setsockopt(pcap_fileno(c->pcap), PACKET_LEVEL, FANOUT_OPTION, &how, sizeof how) == 0) return true;
    return fault_set(fault, "%s: can not share the traffic between workers: %s; use --workers 1", c->name,
                     strerror(errno));
}
