/* SPDX-License-Identifier: Apache-2.0 */
/* A long-distance line between two network namespaces: delays, jitters, loses and reorders packets, and can be cut.
 * What `tc netem` does where the kernel has it; this needs only /dev/net/tun, and root.
 *
 *     line NAMESPACE ADDRESS/PREFIX NAMESPACE ADDRESS/PREFIX DELAY_MS JITTER_MS LOSS_PERCENT [SEED]
 *
 * Makes the interface `lineN` in both, sets the addresses, prints "up", and carries packets until SIGTERM. SIGUSR1 cuts
 * it, SIGUSR2 mends it. At its end it prints how many packets it carried, lost by chance, and lost while cut. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE = 16384, PACKET = 1600 };

struct parcel {
    uint64_t due_ns;
    unsigned to, length;
    uint8_t bytes[PACKET];
};

static struct parcel *queue[QUEUE]; /* a heap: the one due first in front */
static unsigned queued;
static volatile sig_atomic_t cut, over;
static uint64_t carried, lost, severed, crowded, state;

static void die(const char *what)
{
    fprintf(stderr, "line: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static double chance(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (double)(state >> 11) / 9007199254740992.0;
}

static void put(struct parcel *parcel)
{
    unsigned i = queued++;
    for (; i && queue[(i - 1) / 2]->due_ns > parcel->due_ns; i = (i - 1) / 2) queue[i] = queue[(i - 1) / 2];
    queue[i] = parcel;
}

static struct parcel *take(void)
{
    struct parcel *first = queue[0], *last = queue[--queued];
    unsigned i = 0;
    for (unsigned child; (child = 2 * i + 1) < queued; i = child) {
        if (child + 1 < queued && queue[child + 1]->due_ns < queue[child]->due_ns) child++;
        if (queue[child]->due_ns >= last->due_ns) break;
        queue[i] = queue[child];
    }
    queue[i] = last;
    return first;
}

/* The end of the line in a namespace; this process then stays in that namespace. */
static int end_of_line(const char *space, const char *address)
{
    char path[128], text[64];
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    struct sockaddr_in in = {.sin_family = AF_INET};
    snprintf(path, sizeof path, "/run/netns/%s", space);
    snprintf(text, sizeof text, "%s", address);
    char *slash = strchr(text, '/');
    unsigned prefix = slash ? (unsigned)strtoul(slash + 1, NULL, 10) : 32;
    if (slash) *slash = 0;
    int at = open(path, O_RDONLY | O_CLOEXEC);
    if (at < 0 || setns(at, CLONE_NEWNET)) die(path);
    close(at);
    int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    snprintf(request.ifr_name, sizeof request.ifr_name, "line%%d"); /* line0, line1 … */
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request)) die("/dev/net/tun");
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (inet_pton(AF_INET, text, &in.sin_addr) != 1) die(address);
    memcpy(&request.ifr_addr, &in, sizeof in);
    if (ioctl(control, SIOCSIFADDR, &request)) die(address);
    in.sin_addr.s_addr = htonl(prefix ? ~UINT32_C(0) << (32 - prefix) : 0);
    memcpy(&request.ifr_netmask, &in, sizeof in);
    if (ioctl(control, SIOCSIFNETMASK, &request)) die("netmask");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(control, SIOCSIFFLAGS, &request)) die("up");
    close(control);
    return tun;
}

static void accept_from(int tun, unsigned to, double delay_ms, double jitter_ms, double loss)
{
    uint8_t bytes[PACKET];
    for (ssize_t n; (n = read(tun, bytes, sizeof bytes)) > 0;) {
        if (cut) {
            severed++;
        } else if (chance() * 100 < loss) {
            lost++;
        } else if (queued == QUEUE) {
            crowded++;
        } else {
            struct parcel *p = malloc(sizeof *p);
            if (!p) die("memory");
            *p = (struct parcel){.to = to, .length = (unsigned)n};
            double ms = delay_ms + jitter_ms * (2 * chance() - 1);
            p->due_ns = now_ns() + (ms > 0 ? (uint64_t)(ms * 1e6) : 0);
            memcpy(p->bytes, bytes, (size_t)n);
            put(p);
        }
    }
}

static void on_signal(int number)
{
    if (number == SIGUSR1)
        cut = 1;
    else if (number == SIGUSR2)
        cut = 0;
    else
        over = 1;
}

int main(int argc, char **argv)
{
    if (argc < 8) {
        fprintf(stderr,
                "usage: line SPACE ADDRESS/PREFIX SPACE ADDRESS/PREFIX DELAY_MS JITTER_MS LOSS_PERCENT [SEED]\n");
        return 2;
    }
    double delay = strtod(argv[5], NULL), jitter = strtod(argv[6], NULL), loss = strtod(argv[7], NULL);
    state = argc > 8 ? strtoull(argv[8], NULL, 10) | 1 : 20261124;
    struct sigaction action = {.sa_handler = on_signal};
    const int signals[] = {SIGUSR1, SIGUSR2, SIGTERM, SIGINT};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
    int tun[2] = {end_of_line(argv[1], argv[2]), end_of_line(argv[3], argv[4])};
    printf("up\n");
    fflush(stdout);
    while (!over) {
        uint64_t now = now_ns();
        for (; queued && queue[0]->due_ns <= now; carried++) {
            struct parcel *p = take();
            if (write(tun[p->to], p->bytes, p->length) < 0 && errno != EAGAIN) crowded++;
            free(p);
        }
        struct pollfd ends[2] = {{tun[0], POLLIN, 0}, {tun[1], POLLIN, 0}};
        uint64_t wait = queued ? queue[0]->due_ns - now : 1000000000;
        struct timespec most = {(time_t)(wait / 1000000000), (long)(wait % 1000000000)};
        if (ppoll(ends, 2, &most, NULL) < 0) continue;
        for (unsigned i = 0; i < 2; i++)
            if (ends[i].revents) accept_from(tun[i], !i, delay, jitter, loss);
    }
    printf("carried %" PRIu64 " lost %" PRIu64 " severed %" PRIu64 " crowded %" PRIu64 "\n", carried, lost, severed,
           crowded);
    while (queued) free(take());
    return 0;
}
