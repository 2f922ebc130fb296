/* SPDX-License-Identifier: Apache-2.0 */
/* Sends every frame of a classic pcap file from an interface as fast as one core can (packet(7), sendmmsg(2)).
 *
 *     send INTERFACE FILE      tells how many frames and seconds it took */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 256, FRAME = 2048 };

static struct mmsghdr messages[BATCH];
static struct iovec pieces[BATCH];
static unsigned char frames[BATCH][FRAME];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A full queue of the interface makes the kernel refuse for a moment. */
static int send_all(int socket, unsigned count)
{
    for (unsigned sent = 0; sent < count;) {
        int n = sendmmsg(socket, messages + sent, count - sent, 0);
        if (n > 0)
            sent += (unsigned)n;
        else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
            return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE] = "usage: send INTERFACE FILE";
    pcap_t *file = argc == 3 ? pcap_open_offline(argv[2], error) : NULL;
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = file ? (int)if_nametoindex(argv[1]) : 0};
    int out = socket(AF_PACKET, SOCK_RAW, 0); /* protocol 0: receives nothing */
    if (!file || out < 0 || bind(out, (struct sockaddr *)&to, sizeof to) != 0) {
        fprintf(stderr, "send: %s\n", file ? strerror(errno) : error);
        return 1;
    }
    struct pcap_pkthdr *head;
    const unsigned char *bytes;
    unsigned long sent = 0;
    unsigned count = 0;
    double began = now();
    while (pcap_next_ex(file, &head, &bytes) == 1) {
        if (head->caplen > FRAME) continue;
        memcpy(frames[count], bytes, head->caplen);
        pieces[count] = (struct iovec){frames[count], head->caplen};
        messages[count].msg_hdr = (struct msghdr){.msg_iov = &pieces[count], .msg_iovlen = 1};
        sent++;
        if (++count < BATCH) continue;
        if (send_all(out, count) != 0) return perror("send"), 1;
        count = 0;
    }
    if (send_all(out, count) != 0) return perror("send"), 1;
    printf("%lu %.3f\n", sent, now() - began);
    pcap_close(file);
    close(out);
    return 0;
}
