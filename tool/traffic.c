/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou traffic: makes a capture from a traffic script (docs/traffic-scripts.md). */
#include "signatures/traffic.h"
#include "tool/command.h"

#include <stdio.h>
#include <unistd.h>

static int run(int argc, char **argv)
{
    if (argc != 2 && argc != 3) return command_usage(&command_traffic);
    if (argc == 2 && isatty(STDOUT_FILENO))
        return command_failed("wanglou traffic: the capture goes to standard output; write: wanglou traffic FILE.txt > "
                              "FILE.pcap");
    struct traffic traffic;
    struct fault fault = {""};
    bool done =
        traffic_load(argv[1], &traffic, &fault) && traffic_save(&traffic, argc == 3 ? argv[2] : "/dev/stdout", &fault);
    traffic_free(&traffic);
    return done ? EXIT_DONE : command_failed(fault.text);
}

const struct command command_traffic = {"traffic", "FILE.txt [FILE.pcap]", "由流量脚本生成抓包文件",
                                        "make a capture from a traffic script", run};
