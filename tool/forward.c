/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou forward: shows what of events would leave for the parent collector under a policy; prints the built-in
 * policy. */
#include "common/forward.h"
#include "tool/command.h"

#include <getopt.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 256 * 1024 };

struct sums {
    uint64_t events, leave, bytes, bytes_leave;
};

static bool show(const struct forward_policy *policy, FILE *in, struct sums *sums)
{
    char *line = NULL, *out = malloc(ROOM);
    size_t room = 0;
    ssize_t n;
    bool good = out != NULL;
    while (good && (n = getline(&line, &room, in)) > 0) {
        struct event_envelope e;
        size_t length = (size_t)n - (line[n - 1] == '\n');
        sums->events++;
        sums->bytes += length;
        size_t leaves = event_scan(line, length, &e) ? forward_apply(policy, &e, line, length, out, ROOM) : 0;
        if (!leaves) continue;
        sums->leave++;
        sums->bytes_leave += leaves;
        good = fwrite(out, 1, leaves, stdout) == leaves && putchar('\n') != EOF;
    }
    free(line);
    free(out);
    return good && fflush(stdout) == 0;
}

static int preview(const char *policy_path, const char *site)
{
    struct fault fault = {""};
    struct sums sums = {0};
    uint8_t key[FORWARD_KEY];
    if (sodium_init() < 0) return command_failed("wanglou forward: no libsodium");
    randombytes_buf(key, sizeof key); /* pseudonyms of this preview alone */
    struct forward_policy *policy = forward_policy_open(policy_path, key, site, &fault);
    if (!policy) return command_failed(fault.text);
    bool good = show(policy, stdin, &sums);
    forward_policy_close(policy);
    if (!good) return command_failed("wanglou forward: standard output cannot be written");
    fprintf(stderr, "外发预览 preview: %" PRIu64 "/%" PRIu64 " 条事件 events, %" PRIu64 "/%" PRIu64 " 字节 bytes\n",
            sums.leave, sums.events, sums.bytes_leave, sums.bytes);
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"policy", required_argument, NULL, 'p'},
                                            {"site", required_argument, NULL, 's'},
                                            {"sample", no_argument, NULL, 'x'},
                                            {NULL, 0, NULL, 0}};
    const char *policy = NULL, *site = "site";
    for (int letter; (letter = getopt_long(argc, argv, "p:s:", options, NULL)) != -1;) {
        if (letter == 'p')
            policy = optarg;
        else if (letter == 's')
            site = optarg;
        else if (letter == 'x')
            return fputs(forward_policy_sample, stdout) == EOF ? EXIT_FAILED : EXIT_DONE;
        else
            return command_usage(&command_forward);
    }
    return optind < argc ? command_usage(&command_forward) : preview(policy, site);
}

const struct command command_forward = {
    "forward", "[--policy FILE] [--site NAME] < EVENTS.json | --sample",
    "外发预览：按上报策略显示哪些内容会离开本单位；--sample 输出内置策略",
    "preview: what of the events would leave this site under the policy; --sample: the built-in policy", run};
