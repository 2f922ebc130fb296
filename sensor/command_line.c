/* SPDX-License-Identifier: Apache-2.0 */
/* The sensor's command line (docs/architecture.md, "Programs"). */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "common/version.h"
#include "sensor/options.h"

static const char usage[] =
    "usage: wanglou-sensor -r FILE | -i IFACE  [-c sensor.yaml] [--set KEY=VALUE]… [-Y FILTER] [-T fields -e NAME…]\n"
    "                      [--events -|none|FILE] [--workers N] [--signatures FILE|DIR|BUNDLE] [--replay]\n"
    "                      [--check-config] [--sample-config] [--version]\n"
    "                      [--config-reference zh|en]\n"
    "       wanglou-sensor --prove FILE|DIR                      runs the proofs of signatures, as TAP\n";

enum { SETS_AT_MOST = 64, SET_TEXT = 512 };

struct line { /* what the command line said */
    const char *config;
    const char *sets[SETS_AT_MOST + 1];
    char texts[4][SET_TEXT];
    unsigned set_count, text_count;
    bool sample;
};

static bool add_set(struct line *l, const char *text)
{
    if (l->set_count == SETS_AT_MOST) return false;
    l->sets[l->set_count++] = text;
    return true;
}

static bool add_option(struct line *l, const char *key, const char *value)
{
    char *text = l->texts[l->text_count++];
    int n = snprintf(text, SET_TEXT, "%s=%s", key, value);
    return n < SET_TEXT && add_set(l, text);
}

static int wrong(const char *what, const char *which)
{
    fprintf(stderr, "wanglou-sensor: %s%s\n%s", what, which, usage);
    return 3;
}

enum {
    LONG_EVENTS = 256,
    LONG_WORKERS,
    LONG_SIGNATURES,
    LONG_REPLAY,
    LONG_CHECK,
    LONG_SET,
    LONG_SAMPLE,
    LONG_REFERENCE,
    LONG_VERSION,
    LONG_PROVE
};
static const struct option long_options[] = {
    {"events", required_argument, NULL, LONG_EVENTS},
    {"workers", required_argument, NULL, LONG_WORKERS},
    {"signatures", required_argument, NULL, LONG_SIGNATURES},
    {"set", required_argument, NULL, LONG_SET},
    {"replay", no_argument, NULL, LONG_REPLAY},
    {"prove", required_argument, NULL, LONG_PROVE},
    {"check-config", no_argument, NULL, LONG_CHECK},
    {"sample-config", no_argument, NULL, LONG_SAMPLE},
    {"config-reference", required_argument, NULL, LONG_REFERENCE},
    {"version", no_argument, NULL, LONG_VERSION},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* 0, or what sensor_options_read returns. */
static int take(int letter, const char *value, struct line *l, struct sensor_options *o)
{
    switch (letter) {
    case 'r':
        o->file = value;
        return 0;
    case 'i':
        o->interface = value;
        return 0;
    case 'c':
        l->config = value;
        return 0;
    case 'Y':
        o->filter_text = value;
        return 0;
    case 'T':
        o->fields = strcmp(value, "fields") == 0;
        return o->fields ? 0 : wrong("-T knows `fields` only, not ", value);
    case 'e':
        if (o->field_count == OUTPUT_FIELDS) return wrong("too many -e; refused from ", value);
        o->field_names[o->field_count++] = value;
        return 0;
    case LONG_EVENTS:
        o->events = value;
        return 0;
    case LONG_WORKERS:
        return add_option(l, "sensor.workers", value) ? 0 : wrong("--workers: bad value ", value);
    case LONG_SIGNATURES:
        return add_option(l, "signatures.path", value) ? 0 : wrong("--signatures: bad value ", value);
    case LONG_SET:
        return add_set(l, value) ? 0 : wrong("too many --set; refused from ", value);
    case LONG_REPLAY:
        o->replay = true;
        return 0;
    case LONG_PROVE:
        o->prove = value;
        return 0;
    case LONG_CHECK:
        o->check_config = true;
        return 0;
    case LONG_SAMPLE:
        sensor_options_sample(stdout);
        return 1;
    case LONG_REFERENCE:
        sensor_options_reference(strcmp(value, "zh") == 0, stdout);
        return 1;
    case LONG_VERSION:
        puts("wanglou-sensor " WANGLOU_VERSION);
        return 1;
    case 'h':
        fputs(usage, stdout);
        return 1;
    default:
        fputs(usage, stderr);
        return 3;
    }
}

static int check(const struct sensor_options *o)
{
    if (o->check_config || o->prove) return 0;
    if (!o->file == !o->interface) return wrong("say either -r FILE or -i IFACE", "");
    if (o->replay && !o->file) return wrong("--replay needs -r FILE", "");
    if (o->fields && !o->field_count) return wrong("-T fields needs at least one -e NAME", "");
    if (o->fields && o->interface) return wrong("-T fields works with -r FILE only", "");
    if (o->fields && o->workers > 1) return wrong("-T fields works with one worker only", "");
    if (!o->fields && o->field_count) return wrong("-e needs -T fields", "");
    return 0;
}

int sensor_options_read(int argc, char **argv, struct sensor_options *o, struct options **loaded)
{
    struct line l = {0};
    struct fault fault = {0};
    int letter, status;
    memset(o, 0, sizeof *o);
    while ((letter = getopt_long(argc, argv, "r:i:c:Y:T:e:h", long_options, NULL)) != -1)
        if ((status = take(letter, optarg, &l, o))) return status;
    if (optind < argc) return wrong("not understood: ", argv[optind]);
    *loaded = sensor_options_load(l.config, l.sets, o, &fault);
    if (!*loaded) {
        fprintf(stderr, "wanglou-sensor: %s\n", fault.text);
        return 3;
    }
    return check(o);
}
