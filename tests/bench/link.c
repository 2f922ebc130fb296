/* SPDX-License-Identifier: Apache-2.0 */
/* How many events a second go from a sensor's publisher through spool and link into the store, durable: two processes,
 * as in production. link SECONDS [EVENTS_PER_SECOND]: without a rate, as fast as it goes. */
#include "collector/link/link.h"
#include "common/event.h"
#include "common/link/socket.h"
#include "sensor/publish/publish.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RING = 4 << 20, ALERT_EVERY = 200 };
static char directory[] = "/var/tmp/wanglou-bench-XXXXXX";
static char paths[6][128];
enum { NODES, SPOOL, STORE, SENSOR_KEY, COLLECTOR_KEY, COLLECTOR_PUB };

static void die(const char *text)
{
    fprintf(stderr, "link bench: %s\n", text);
    exit(1);
}

static void prepare(void)
{
    static const char *const names[] = {"nodes", "spool", "store", "sensor-1.key", "collector.key", "collector.pub"};
    struct keys keys;
    struct fault fault = {""};
    if (!mkdtemp(directory)) die("no directory");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        snprintf(paths[i], sizeof paths[i], "%s/%s", directory, names[i]);
    if (!keys_make(&keys, "collector", &fault) || !keys_write(&keys, directory, &fault) ||
        !keys_make(&keys, "sensor-1", &fault) || !keys_write(&keys, directory, &fault) ||
        !nodes_enrol(paths[NODES], &keys, NODE_SENSOR, &fault))
        die(fault.text);
}

/* ---- the collector: tells its port, then its counters at the end ---------------------------------------------------
 */

static void collect(int to, int until)
{
    struct fault fault = {""}, notice = {""};
    struct store_options store_options = {.directory = paths[STORE], .retention_days = 180};
    struct store *store = store_open(&store_options, &notice, &fault);
    if (!store) die(fault.text);
    struct collector_link_options options = {
        .endpoint = "tcp://127.0.0.1:0", .key_file = paths[COLLECTOR_KEY], .nodes = paths[NODES], .store = store};
    struct collector_link *link = collector_link_open(&options, &fault);
    if (!link) die(fault.text);
    unsigned port = collector_link_port(link);
    struct link_receiver_counters c;
    struct rusage used;
    char go;
    if (write(to, &port, sizeof port) < 0 || read(until, &go, 1) < 0) die("the other side is gone");
    collector_link_look(link, &c);
    getrusage(RUSAGE_SELF, &used);
    printf("collector: %" PRIu64 " events in %" PRIu64 " batches and %" PRIu64 " commits; %" PRIu64
           " MB as sent, %" PRIu64 " MB unpacked; CPU %.1f s; memory %ld MB\n",
           c.events, c.batches, c.commits, c.bytes / 1000000, c.raw_bytes / 1000000,
           (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
               ((double)used.ru_utime.tv_usec + (double)used.ru_stime.tv_usec) / 1e6,
           used.ru_maxrss / 1024);
    collector_link_close(link);
    store_close(store);
    fflush(stdout);
    _exit(0);
}

/* ---- the sensor
 * ------------------------------------------------------------------------------------------------------ */

static size_t line_of(char *line, size_t room, uint64_t number, uint64_t now_ns, bool alert)
{
    char id[ULID_LENGTH + 1];
    uint64_t mixed = number * UINT64_C(0x9e3779b97f4a7c15);
    ulid_make(id, now_ns, (uint16_t)mixed, number);
    unsigned host = (unsigned)(mixed >> 40) & 0xff, reference = (unsigned)(mixed >> 16) & 0xffff;
    int n = snprintf(
        line, room,
        "{\"timestamp\":\"2026-11-24T05:46:38.%06u+0000\",\"flow_id\":%u,\"community_id\":\"1:LQU9qZlK+B5F3KDmev6m5PMib"
        "rg=\",\"event_type\":\"%s\",\"in_iface\":\"eth1\",\"src_mac\":\"00:0e:8c:11:22:%02x\",\"src_ip\":\"10.1.0.%"
        "u\","
        "\"src_port\":%u,\"dest_mac\":\"00:80:f4:0a:0b:0c\",\"dest_ip\":\"10.1.1.%u\",\"dest_port\":502,\"proto\":"
        "\"TCP\",\"app_proto\":\"modbus\",\"pcap_cnt\":%" PRIu64
        ",%s\"ot\":{\"protocol\":\"modbus\",\"class\":\"write\",\"class_zh\":\"写值\",\"operation\":"
        "\"write_single_register\",\"operation_zh\":\"写单个寄存器\",\"operation_en\":\"write single "
        "register\",\"code\":6,"
        "\"role\":\"response\",\"status\":\"ok\",\"unit\":1,\"objects\":[\"%u\"],\"values\":[%u],\"latency\":0.0123,"
        "\"request_frame\":%" PRIu64 ",\"fields\":{\"modbus.func_code\":6,\"modbus.reference_num\":%u}},\"sensor\":"
        "\"sensor-1\",\"id\":\"%s\"",
        (unsigned)(now_ns / 1000 % 1000000), (unsigned)mixed, alert ? "alert" : "ot", host, host,
        1024 + reference % 60000, host ^ 0x55, number,
        alert
            ? "\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":1000001,\"rule\":\"wl-mb-0001\",\"rev\":1,"
              "\"severity\":2,\"category\":\"unsafe-operation\",\"signature\":\"写寄存器\",\"signature_en\":\"register "
              "written\",\"count\":1},"
            : "",
        40001 + reference, reference, number ? number - 1 : 0, reference, id);
    return (size_t)n;
}

static uint64_t realtime_ns(void) { return link_clock_us() * 1000; }

static void publish_all(struct publisher *p, uint64_t seconds, uint64_t rate)
{
    uint64_t begun = link_monotonic_ns(), end = begun + seconds * UINT64_C(1000000000), number = 0;
    struct publish_counters c;
    struct fault fault = {""};
    struct rusage used;
    char line[2048];
    for (; link_monotonic_ns() < end; number++) {
        while (rate && number * 1000000000u / rate > link_monotonic_ns() - begun) usleep(200);
        bool alert = number % ALERT_EVERY == 0;
        publish(p, 0, alert ? EVENT_ALERT : EVENT_OT, alert ? 2 : 0, line,
                line_of(line, sizeof line, number, realtime_ns(), alert));
    }
    double published = (double)(link_monotonic_ns() - begun) / 1e9;
    publisher_counters(p, &c);
    if (!publisher_close(p, &fault)) die(fault.text);
    double all = (double)(link_monotonic_ns() - begun) / 1e9;
    getrusage(RUSAGE_SELF, &used);
    printf("sensor: %" PRIu64 " events published in %.2f s; at its end %" PRIu64
           " waited; all acknowledged after %.2f s: "
           "%.0f events/s durable; CPU %.1f s; memory %ld MB\n",
           number, published, c.waiting, all, (double)number / all,
           (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
               ((double)used.ru_utime.tv_usec + (double)used.ru_stime.tv_usec) / 1e6,
           used.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
    int port_pipe[2], end_pipe[2];
    unsigned port;
    char endpoint[64], command[160];
    struct fault fault = {""};
    if (argc < 2) die("usage: link SECONDS [EVENTS_PER_SECOND]");
    prepare();
    if (pipe(port_pipe) || pipe(end_pipe)) die("no pipe");
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(end_pipe[1]);
        collect(port_pipe[1], end_pipe[0]);
    }
    if (read(port_pipe[0], &port, sizeof port) != sizeof port) die("the collector did not start");
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", port);
    struct publish_options options = {.sensor = "sensor-1",
                                      .wait = true,
                                      .ring_bytes = RING,
                                      .collector = endpoint,
                                      .collector_key = paths[COLLECTOR_PUB],
                                      .key_file = paths[SENSOR_KEY],
                                      .spool = paths[SPOOL],
                                      .spool_bytes = UINT64_C(256) << 20,
                                      .sync_ns = 200000000,
                                      .drain_ns = UINT64_C(600000000000)};
    struct publisher *p = publisher_open(&options, 1, &fault);
    if (!p) die(fault.text);
    publish_all(p, strtoull(argv[1], NULL, 10), argc > 2 ? strtoull(argv[2], NULL, 10) : 0);
    close(end_pipe[1]);
    waitpid(child, NULL, 0);
    snprintf(command, sizeof command, "du -sm %s/store | cut -f1 | sed 's/$/ MB of store/'; rm -rf %s", directory,
             directory);
    return system(command);
}
