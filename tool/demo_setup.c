/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou demo: the folder with keys and options that a collector and a sensor on this machine need. */
#include "common/keys.h"
#include "common/nodes.h"
#include "tool/demo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

const char *demo_path(const struct demo *demo, const char *name)
{
    static char paths[4][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 4];
    if (snprintf(path, PATH_MAX, "%s/%s", demo->directory, name) >= PATH_MAX) path[0] = 0; /* no such file then */
    return path;
}

static bool make_directory(const char *path, struct fault *fault)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST) return true;
    return fault_set(fault, "%s: %s", path, strerror(errno));
}

/* Key pair `name` in the folder: as it is there, or new. */
static bool have_keys(const struct demo *demo, const char *name, struct keys *keys, struct fault *fault)
{
    char file[NODE_NAME_MAX + 8];
    snprintf(file, sizeof file, "%s.key", name);
    const char *path = demo_path(demo, file);
    if (access(path, F_OK) == 0) return keys_load_secret(keys, path, fault);
    return keys_make(keys, name, fault) && keys_write(keys, demo->directory, fault);
}

static bool have_node(const struct demo *demo, const struct keys *keys, struct fault *fault)
{
    const char *directory = demo_path(demo, "nodes");
    struct nodes nodes;
    struct fault notice = {""};
    if (!nodes_load(&nodes, directory, &notice, fault)) return false;
    bool enrolled = nodes_by_key(&nodes, keys->curve_public);
    nodes_free(&nodes);
    return enrolled || nodes_enrol(directory, keys, NODE_SENSOR, fault);
}

/* The preferred TCP port of 127.0.0.1 when it is free, else any free one. */
static unsigned free_port(unsigned preferred)
{
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)preferred)};
    socklen_t length = sizeof at;
    int reuse = 1;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    if (bind(s, (struct sockaddr *)&at, sizeof at) != 0) {
        at.sin_port = 0;
        (void)bind(s, (struct sockaddr *)&at, sizeof at);
    }
    unsigned port = getsockname(s, (struct sockaddr *)&at, &length) == 0 ? ntohs(at.sin_port) : preferred;
    close(s);
    return port;
}

/* A line `key: "text"`, quoted as YAML and JSON alike want it. */
static void put_text(FILE *out, const char *key, const char *text)
{
    fprintf(out, "  %s: \"", key);
    for (; *text; text++) fprintf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    fputs("\"\n", out);
}

static FILE *begin_options(const char *path, struct fault *fault)
{
    FILE *out = fopen(path, "w");
    if (!out)
        fault_set(fault, "%s: %s", path, strerror(errno));
    else
        fputs("# 由 wanglou demo 生成，每次启动重写。 Written by `wanglou demo` at each start.\n", out);
    return out;
}

static bool end_options(FILE *out, const char *path, struct fault *fault)
{
    bool good = !ferror(out);
    return (fclose(out) == 0 && good) || fault_set(fault, "%s: cannot be written", path);
}

static bool write_collector(const struct demo *demo, struct fault *fault)
{
    const char *path = demo_path(demo, "collector.yaml");
    FILE *out = begin_options(path, fault);
    if (!out) return false;
    fputs("collector:\n", out);
    put_text(out, "name", "collector");
    put_text(out, "directory", demo_path(demo, "collector"));
    fprintf(out, "http:\n  port: %u\n", demo->http_port);
    put_text(out, "console", demo->console);
    fprintf(out, "link:\n  listen: tcp://127.0.0.1:%u\n", demo->link_port);
    put_text(out, "key", demo_path(demo, "collector.key"));
    put_text(out, "nodes", demo_path(demo, "nodes"));
    return end_options(out, path, fault);
}

static bool write_sensor(const struct demo *demo, struct fault *fault)
{
    const char *path = demo_path(demo, "sensor.yaml");
    FILE *out = begin_options(path, fault);
    if (!out) return false;
    fputs("sensor:\n", out);
    put_text(out, "name", "sensor");
    fprintf(out, "collector:\n  address: tcp://127.0.0.1:%u\n", demo->link_port);
    put_text(out, "public_key", demo_path(demo, "collector.pub"));
    put_text(out, "own_key", demo_path(demo, "sensor.key"));
    put_text(out, "spool", demo_path(demo, "spool"));
    fputs("  spool_size: 256M\n  drain: 5s\n", out);
    fputs("plant:\n", out);
    put_text(out, "state", demo_path(demo, "plant"));
    if (demo->vulnerabilities) put_text(out, "vulnerabilities", demo->vulnerabilities);
    if (demo->signatures) {
        fputs("signatures:\n", out);
        put_text(out, "path", demo->signatures);
    }
    return end_options(out, path, fault);
}

bool demo_set_up(struct demo *demo, struct fault *fault)
{
    struct keys collector, sensor;
    if (!make_directory(demo->directory, fault)) return false;
    if (realpath(demo->directory, demo->absolute)) demo->directory = demo->absolute;
    bool done = make_directory(demo_path(demo, "collector"), fault) &&
                make_directory(demo_path(demo, "spool"), fault) && have_keys(demo, "collector", &collector, fault) &&
                have_keys(demo, "sensor", &sensor, fault) && have_node(demo, &sensor, fault);
    keys_forget(&collector);
    keys_forget(&sensor);
    demo->http_port = free_port(8080);
    demo->link_port = free_port(5555);
    return done && write_collector(demo, fault) && write_sensor(demo, fault);
}
