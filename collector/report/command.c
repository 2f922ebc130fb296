/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou report (by way of `wanglou-collector --report`): the annual self-inspection as a file. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/report/form.h"
#include "collector/report/report.h"

enum { DONE, FAILED, USAGE };

static const char usage[] =
    "usage: wanglou report [--year YEAR] [--format html|pdf|docx] [--output FILE] [--data DIRECTORY]\n"
    "                      [--answers FILE] [--template guideline-2024|guideline-2016]\n"
    "       wanglou report --questionnaire [--template …]     the form to fill in, on standard output\n"
    "年度工控安全自查报告：数据目录中的自动取证结果，加上企业在控制台填写的（或 --answers 文件中的）问卷。\n";

static const struct option names[] = {
    {"year", required_argument, NULL, 'y'},
    {"format", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"data", required_argument, NULL, 'd'},
    {"answers", required_argument, NULL, 'a'},
    {"template", required_argument, NULL, 't'},
    {"questionnaire", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int failed(const struct fault *fault, int status)
{
    fprintf(stderr, "wanglou report: %s\n", fault->text);
    return status;
}

static int questionnaire(const char *name)
{
    struct fault fault = {""};
    struct inspection *in = inspection_open(name, &fault);
    if (!in) return failed(&fault, USAGE);
    bool good = form_write(in, stdout, &fault);
    inspection_close(in);
    return good ? DONE : failed(&fault, FAILED);
}

int report_command(char **arguments)
{
    time_t now = time(NULL);
    struct tm local;
    struct report_options o = {
        .directory = "/var/lib/wanglou-collector", .template_name = "guideline-2024", .latest = true, .format = "html"};
    struct fault fault = {""};
    bool form = false;
    char file[64], *end;
    int count = 0, c;
    o.year = gmtime_r(&now, &local) ? local.tm_year + 1900 : 1970;
    while (arguments[count]) count++;
    optind = 1;
    while ((c = getopt_long(count, arguments, "h", names, NULL)) != -1) {
        switch (c) {
        case 'y':
            o.year = (int)strtol(optarg, &end, 10);
            if (*end || o.year < 2000 || o.year > 2199) {
                fault_set(&fault, "--year %s: a year from 2000 to 2199 is wanted", optarg);
                return failed(&fault, USAGE);
            }
            break;
        case 'f':
            o.format = optarg;
            break;
        case 'o':
            o.output = optarg;
            break;
        case 'd':
            o.directory = optarg;
            break;
        case 'a':
            o.answers = optarg;
            break;
        case 't':
            o.template_name = optarg;
            o.latest = false;
            break;
        case 'q':
            form = true;
            break;
        default:
            fputs(usage, c == 'h' ? stdout : stderr);
            return c == 'h' ? DONE : USAGE;
        }
    }
    if (arguments[optind]) {
        fault_set(&fault, "not understood: %s", arguments[optind]);
        return failed(&fault, USAGE);
    }
    if (form) return questionnaire(o.template_name);
    snprintf(file, sizeof file, "self-inspection-%d.%s", o.year, o.format);
    if (!o.output) o.output = file;
    if (!report_write(&o, &fault)) return failed(&fault, FAILED);
    printf("已写出 written: %s\n", o.output);
    return DONE;
}
