/* SPDX-License-Identifier: Apache-2.0 */
/* fill DIRECTORY + EVENTS: writes batch after batch and tells each commit, "stored N", to be killed meanwhile;
 * fill DIRECTORY EVENTS DAYS [plant]: fills a store with synthetic events, for the API's tests and the bench: every
 * host speaks with every device in every protocol, or, as in a plant, each device in its own with two hosts by one
 * sensor; fill DIRECTORY - NODE: with the NDJSON of standard input; fill DIRECTORY drop BYTES: drops the oldest days
 * until the store is no larger, and tells how long that took. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/store/internal.h"
#include "common/json.h"

enum { SENSORS = 4, DEVICES = 200, RULES = 25, BATCH = 1000, LINE_ROOM = 2048 };

static const struct {
    const char *protocol, *operation, *zh, *class;
} operations[] = {
    {"modbus", "write_multiple_registers", "写多个保持寄存器", "write"},
    {"s7comm", "write_variable", "写变量", "write"},
    {"s7comm", "plc_stop", "PLC停机", "mode"},
    {"iec104", "single_command", "单点遥控", "control"},
    {"dnp3", "direct_operate", "直接操作", "control"},
    {"cip", "reset", "复位", "mode"},
};

/* xorshift64*: the same fill each time. */
static uint64_t seed = 0x9e3779b97f4a7c15u;
static unsigned random_below(unsigned n)
{
    seed ^= seed >> 12, seed ^= seed << 25, seed ^= seed >> 27;
    return (unsigned)(seed * 0x2545f4914f6cdd1du >> 33) % n;
}

static void write_ot(struct json *j, unsigned which, unsigned device)
{
    json_begin_object(j, "ot");
    json_put_string(j, "protocol", operations[which].protocol);
    json_put_string(j, "class", operations[which].class);
    json_put_string(j, "operation", operations[which].operation);
    json_put_string(j, "operation_zh", operations[which].zh);
    json_put_string(j, "role", "request");
    json_put_string(j, "status", random_below(50) ? "ok" : "refused");
    json_put_uint(j, "unit", device % 8);
    json_begin_array(j, "objects");
    json_put_format(j, NULL, "DB%u.DBW%u", device, 2 * random_below(8));
    json_end_array(j);
    json_begin_array(j, "values");
    json_put_uint(j, NULL, random_below(65536));
    json_end_array(j);
    json_put_double(j, "latency", (double)random_below(1000) / 1e5);
    json_end_object(j);
}

static void write_alert_object(struct json *j, unsigned rule, unsigned which)
{
    json_begin_object(j, "alert");
    json_put_string(j, "action", "allowed");
    json_put_uint(j, "signature_id", 1000000 + rule);
    json_put_format(j, "rule", "wl-demo-%04u", rule);
    json_put_uint(j, "rev", 1);
    json_put_uint(j, "severity", 1 + rule % 4);
    json_put_string(j, "category", rule % 2 ? "unsafe-operation" : "reconnaissance");
    json_put_format(j, "signature", "%s（规则%u）", operations[which].zh, rule);
    json_put_format(j, "signature_en", "%s (rule %u)", operations[which].operation, rule);
    json_begin_array(j, "techniques");
    json_put_string(j, NULL, "T0858");
    json_end_array(j);
    json_put_uint(j, "count", 1 + random_below(5));
    json_end_object(j);
}

static void write_asset(struct json *j, unsigned device, int64_t time_us)
{
    json_begin_object(j, "asset");
    json_put_format(j, "address", "10.1.%u.%u", device / 100, 10 + device % 100);
    json_put_format(j, "mac", "00:1c:06:00:00:%02x", device);
    json_put_string(j, "vendor", "Siemens");
    json_put_format(j, "model", "CPU 315-2 PN/DP (%u)", device);
    json_put_string(j, "firmware", "V3.2.14");
    json_put_string(j, "role", "plc");
    json_put_time(j, "first_seen", (uint64_t)time_us * 1000u);
    json_put_time(j, "last_seen", (uint64_t)store_now_us() * 1000u);
    json_begin_array(j, "protocols");
    json_put_string(j, NULL, operations[device % 6].protocol);
    json_end_array(j);
    json_end_object(j);
}

/* As in a plant: a device has its protocol, its sensor, and two hosts that command it. */
static bool plant;

static size_t write_line(char *out, uint64_t number, int64_t time_us)
{
    char id[ULID_LENGTH + 1];
    unsigned which = random_below(6), device = random_below(DEVICES), host = random_below(20);
    if (plant && number < DEVICES) device = (unsigned)number;
    if (plant) which = device % 6, host = (device + host % 2) % 20;
    const char *type = number < DEVICES ? "asset" : number % 100 == 0 ? "alert" : "ot";
    struct json j = json_over(out, LINE_ROOM - 1);
    ulid_make(id, (uint64_t)time_us * 1000u, (uint16_t)(number >> 48), number * 0x9e3779b97f4a7c15u);
    json_begin_object(&j, NULL);
    json_put_time(&j, "timestamp", (uint64_t)time_us * 1000u);
    json_put_uint(&j, "flow_id", seed >> 12);
    json_put_string(&j, "community_id", "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    json_put_string(&j, "event_type", type);
    json_put_string(&j, "in_iface", "eth1");
    json_put_format(&j, "src_ip", "10.1.9.%u", 10 + host);
    json_put_uint(&j, "src_port", 40000 + random_below(20000));
    json_put_format(&j, "dest_ip", "10.1.%u.%u", device / 100, 10 + device % 100);
    json_put_uint(&j, "dest_port", 502);
    json_put_string(&j, "proto", "TCP");
    json_put_string(&j, "app_proto", operations[which].protocol);
    if (*type == 'a' && type[1] == 's')
        write_asset(&j, (unsigned)number, time_us);
    else
        write_ot(&j, which, device);
    if (*type == 'a' && type[1] == 'l') write_alert_object(&j, random_below(RULES), which);
    json_put_format(&j, "sensor", "plant-%u", (unsigned)((plant ? device : number) % SENSORS) + 1);
    json_put_string(&j, "id", id);
    json_put_uint(&j, "seq", number + 1);
    json_end_object(&j);
    *j.at++ = '\n';
    return json_length(&j);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int fill_given(struct store *store, const char *node)
{
    struct fault fault = {""};
    struct store_put put;
    char *text = NULL;
    size_t length = 0, room = 0;
    for (;;) {
        if (room - length < 65536) text = realloc(text, room += 1 << 20);
        if (!text) abort();
        size_t n = fread(text + length, 1, room - length, stdin);
        if (!n) break;
        length += n;
    }
    struct store_batch batch = {node, 0, (uint64_t)store_now_us(), 1, text, length};
    bool good = store_put_batches(store, &batch, 1, &put, &fault);
    if (!good) fprintf(stderr, "fill: %s\n", fault.text);
    if (good)
        printf("fill: %llu stored, %llu refused\n", (unsigned long long)put.stored, (unsigned long long)put.refused);
    store_close(store);
    free(text);
    return good ? 0 : 1;
}

/* Events number 1 to `events` in batches of 200, from where the store stands; "full" when a batch is refused. */
static int fill_told(const char *directory, uint64_t events)
{
    enum { SMALL = 200 };
    struct fault fault = {""}, notice = {""};
    struct store_position at;
    struct store *store = store_open(&(struct store_options){.directory = directory}, &notice, &fault);
    char *lines = malloc((size_t)SMALL * LINE_ROOM);
    if (!store || !lines) return fprintf(stderr, "fill: %s\n", fault.text), 1;
    bool good = store_node_position(store, "plant-1", 1, &at, &fault);
    int64_t begin_us = 1764000000000000;
    for (uint64_t first = at.next ? at.next - 1 : 0; good && first < events; first += SMALL) {
        struct store_put put;
        size_t length = 0;
        for (uint64_t n = first; n < first + SMALL; n++)
            length += write_line(lines + length, n, begin_us + (int64_t)n * 1000);
        struct store_batch batch = {"plant-1", 1, 1, first + 1, lines, length};
        good = store_put_batches(store, &batch, 1, &put, &fault);
        if (good) printf("stored %llu\n", (unsigned long long)first + SMALL);
        fflush(stdout);
    }
    if (!good) printf("full: %s\n", fault.text);
    store_close(store);
    free(lines);
    return good ? 0 : 1;
}

static int drop_days(const char *directory, uint64_t quota)
{
    struct fault fault = {""}, notice = {""};
    struct store *store =
        store_open(&(struct store_options){.directory = directory, .quota_bytes = quota}, &notice, &fault);
    double started = seconds();
    int dropped = store ? store_retain(store, store_now_us(), &fault) : -1;
    if (dropped < 0) return fprintf(stderr, "fill: %s\n", fault.text), 1;
    printf("fill: %d days dropped in %.3f s\n", dropped, seconds() - started);
    store_close(store);
    return 0;
}

int main(int argc, char **argv)
{
    struct fault fault = {""}, notice = {""};
    plant = argc == 5 && strcmp(argv[4], "plant") == 0;
    if (argc != 4 && !plant)
        return fprintf(stderr, "usage: fill DIRECTORY EVENTS DAYS [plant]\n       fill DIRECTORY + EVENTS\n"
                               "       fill DIRECTORY - NODE\n       fill DIRECTORY drop BYTES\n"),
               2;
    if (strcmp(argv[2], "+") == 0) return fill_told(argv[1], strtoull(argv[3], NULL, 10));
    if (strcmp(argv[2], "drop") == 0) return drop_days(argv[1], strtoull(argv[3], NULL, 10));
    if (strcmp(argv[2], "-") == 0) {
        struct store *given = store_open(&(struct store_options){.directory = argv[1]}, &notice, &fault);
        return given ? fill_given(given, argv[3]) : (fprintf(stderr, "fill: %s\n", fault.text), 1);
    }
    uint64_t events = strtoull(argv[2], NULL, 10);
    int64_t span_us = strtoll(argv[3], NULL, 10) * 86400000000;
    struct store *store = store_open(&(struct store_options){.directory = argv[1]}, &notice, &fault);
    char *lines = malloc((size_t)BATCH * LINE_ROOM);
    if (!store || !lines) return fprintf(stderr, "fill: %s\n", fault.text), 1;
    int64_t begin_us = store_now_us() - span_us;
    double started = seconds();
    uint64_t bytes = 0;
    for (uint64_t first = 0; first < events; first += BATCH) {
        struct store_put put;
        size_t length = 0;
        for (uint64_t n = first; n < first + BATCH && n < events; n++)
            length += write_line(lines + length, n, begin_us + (int64_t)((double)span_us * (double)n / (double)events));
        struct store_batch batch = {"plant-1", 1, 1, first + 1, lines, length};
        if (!store_put_batches(store, &batch, 1, &put, &fault)) return fprintf(stderr, "fill: %s\n", fault.text), 1;
        bytes += length;
    }
    double took = seconds() - started;
    printf("fill: %llu events, %.0f bytes each, %.1f s, %.0f events/s\n", (unsigned long long)events,
           (double)bytes / (double)events, took, (double)events / took);
    store_close(store);
    free(lines);
    return 0;
}
