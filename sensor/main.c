/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou-sensor: reads frames from a file or an interface, and says what it understood. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fault.h"
#include "common/options.h"
#include "parsers/registry.h"
#include "sensor/crew.h"
#include "sensor/engine/turns.h"
#include "sensor/inspect/event.h"
#include "sensor/plant/maintenance.h"
#include "sensor/plant/plant.h"
#include "sensor/prove.h"
#include "sensor/publish/publish.h"
#include "sensor/rules/rules.h"
#include "signatures/database.h"
#include "signatures/failures.h"
#include "signatures/sets.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };

static volatile sig_atomic_t stopping, hung_up;

static void on_signal(int number) { stopping = number; }

static void on_hang_up(int number) { hung_up = number; }

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = on_hang_up;
    action.sa_flags = SA_RESTART;
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static bool check_fields(const struct sensor_options *o, struct fault *fault)
{
    for (unsigned i = 0; i < o->field_count; i++) {
        if (filter_field_find(o->field_names[i])) continue;
        const char *near = filter_field_nearest(o->field_names[i]);
        return fault_set(fault, "-e %s: no such field%s%s%s", o->field_names[i], near ? "; did you mean " : "",
                         near ? near : "", near ? "?" : "");
    }
    return true;
}

/* A directory that was asked for must be fit; the usual one is passed over where it cannot be had. */
static bool open_cache(const struct sensor_options *o, struct fault *fault)
{
    char usual[PATH_MAX];
    const char *home = getenv("HOME"), *cache = getenv("XDG_CACHE_HOME");
    struct fault nobody_asked = {""};
    if (o->cache && strcmp(o->cache, "none") == 0) return database_cache(NULL, fault);
    if (o->cache) return database_cache(o->cache, fault);
    if (geteuid() == 0)
        snprintf(usual, sizeof usual, "/var/cache/wanglou");
    else if (cache && *cache)
        snprintf(usual, sizeof usual, "%s/wanglou", cache);
    else if (home && *home)
        snprintf(usual, sizeof usual, "%s/.cache/wanglou", home);
    else
        return true;
    if (!database_cache(usual, &nobody_asked)) database_cache(NULL, &nobody_asked);
    return true;
}

/* Everything that can be wrong in the files is found here, before anything is opened. */
static bool load(struct sensor_options *o, struct fault *fault)
{
    struct sets *sets = sets_load(o->sets, fault);
    bool good = sets && check_fields(o, fault);
    if (good && o->filter_text)
        good = (o->filter = filter_compile(o->filter_text, sets_view(sets), fault, "-Y", 1, 1)) != NULL;
    sets_free(sets);
    if (good && o->maintenance) good = (o->windows = maintenance_load(o->maintenance, fault)) != NULL;
    if (good && !o->fields && (o->signatures || o->collector)) /* which may send some */
        good = open_cache(o, fault) && (o->rules = rules_open(o, fault)) != NULL;
    if (good && o->failure_detection && !o->fields)
        good = (o->failures = failures_load(o->failure_catalogue, fault)) != NULL;
    if (good && o->rules && o->workers > 1)
        good =
            (o->turns = turns_open((unsigned)o->workers, o->file && !o->replay)) || fault_set(fault, "out of memory");
    return good;
}

enum { LIVE_DRAIN_NS = 1000000000 };

static struct publish_options outputs(const struct sensor_options *o)
{
    bool file = o->file && !o->replay;
    return (struct publish_options){
        .sensor = o->name,
        .events = o->events      ? o->events
                  : o->collector ? "none"
                                 : "-",
        .wait = file,
        .ring_bytes = o->ring,
        .collector = o->collector,
        .collector_key = o->collector_key,
        .key_file = o->own_key,
        .spool = o->spool,
        .spool_bytes = o->spool_size,
        .sync_ns = o->spool_sync,
        .drain_ns = file || o->drain < LIVE_DRAIN_NS ? o->drain : LIVE_DRAIN_NS,
        .subscribers = o->subscribers,
        .item = o->rules ? rules_item : NULL,
        .item_position = rules_item_position,
        .item_context = o->rules,
    };
}

static int watch(const struct sensor_options *o, struct fault *fault)
{
    struct publish_options out = outputs(o);
    struct publisher *publisher = NULL;
    struct plant *plant = NULL;
    bool good = o->fields || ((publisher = publisher_open(&out, (unsigned)o->workers + 2, fault)) &&
                              (!o->rules || rules_start(o->rules, publisher, &hung_up, fault)) &&
                              (plant = plant_open(o, publisher, fault)));
    if (o->rules) rules_plant(o->rules, plant);
    if (good) good = crew_run(o, publisher, plant, &stopping, fault);
    rules_stop(o->rules);
    plant_close(plant);
    if (publisher && !publisher_close(publisher, fault)) good = false;
    return good ? EXIT_DONE : EXIT_FAILED;
}

static int prove(const char *path, struct fault *fault)
{
    struct prove_result result;
    if (!prove_rules(path, stdout, &result, fault)) return EXIT_USAGE;
    if (!result.failed) return EXIT_DONE;
    fault_set(fault, "%u of %u rules failed", result.failed, result.rules);
    return EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct sensor_options options;
    struct options *loaded = NULL;
    struct fault fault = {0};
    int status = sensor_options_read(argc, argv, &options, &loaded);
    if (status) return status - 1;
    if (!registry_open(fault.text, sizeof fault.text))
        status = EXIT_FAILED;
    else if (options.prove)
        status = prove(options.prove, &fault);
    else if (!load(&options, &fault))
        status = EXIT_USAGE;
    else if (options.check_config)
        status = 0;
    else if (!secret_key_load(options.plant_state, options.secret_key, &options.has_secret_key, &fault))
        status = EXIT_FAILED;
    else {
        catch_signals();
        options.id_seed = event_id_seed(&options);
        status = watch(&options, &fault);
    }
    if (status) fprintf(stderr, "wanglou-sensor: %s\n", fault.text);
    rules_close(options.rules);
    turns_close(options.turns);
    failures_free(options.failures);
    maintenance_free(options.windows);
    filter_free(options.filter);
    options_free(loaded);
    return status;
}
