/* SPDX-License-Identifier: Apache-2.0 */
/* What comes out of a self-inspection: the report for download, and the roll-up of the nodes below. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/api/inspections.h"
#include "collector/api/later.h"
#include "collector/report/convert.h"
#include "collector/report/making.h"
#include "collector/report/rollup.h"
#include "collector/service/log.h"
#include "collector/store/internal.h"

/* ---- the report ---- */

struct making {
    struct api *api;
    int year, file; /* -1 */
    const char *format;
    struct fault fault;
};

static bool stopping(void *context) { return laters_stopping(((struct making *)context)->api->laters); }

static void make_report(void *context)
{
    struct making *m = context;
    m->file = report_make(m->api->directory, m->year, m->format, stopping, m, &m->fault);
}

static void forget_report(void *context)
{
    struct making *m = context;
    if (m->file >= 0) close(m->file);
    free(m);
}

static void send_report(struct request *r, struct reply *reply, struct making *m)
{
    static const char *const types[] = {"text/html; charset=utf-8", "application/pdf",
                                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"};
    struct stat file;
    char name[64];
    size_t i = 0;
    if (m->file < 0 || fstat(m->file, &file)) {
        log_line(LOG_LINE_ERROR, "report: %s", m->fault.text);
        reply_error(reply, API_INTERNAL, m->fault.text);
        return;
    }
    while (i + 1 < sizeof types / sizeof *types && strcmp(convert_formats[i], m->format) != 0) i++;
    snprintf(name, sizeof name, "self-inspection-%d.%s", m->year, m->format);
    request_audit(r, "inspection.report", r->id, m->format);
    inspection_send(reply, MHD_create_response_from_fd((uint64_t)file.st_size, m->file), types[i], name);
    m->file = -1; /* the response closes it */
}

static void report(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct inspection_record record;
    struct making *m = r->later;
    const char *format = request_text(r, "format");
    if (m) {
        send_report(r, reply, m);
        return;
    }
    unsigned bits = request_bits(r, "format"), i = 0;
    while (bits && !(bits >> i & 1)) i++;
    format = format && bits ? convert_formats[i] : convert_formats[0];
    if (!inspection_find(r, reply, &record)) return;
    if (!convert_possible(format, &fault)) {
        reply_error(reply, API_CONFLICT, fault.text);
        return;
    }
    if (!(m = calloc(1, sizeof *m))) abort();
    *m = (struct making){.api = r->api, .year = record.year, .file = -1, .format = format};
    later_begin(r, reply, make_report, m, forget_report);
}

/* ---- the region ---- */

static void region_row_json(void *context, const struct rollup_enterprise *e)
{
    struct json *j = context;
    const struct state_word *word = state_word_of(MATTER_INSPECTION, e->state);
    json_begin_object(j, NULL);
    json_put_string(j, "node", e->node);
    json_put_string(j, "template", e->template_name);
    reply_words(j, "state", e->state, word ? word->zh : "", word ? word->en : "");
    inspection_put_counts(j, e->counts);
    json_put_string(j, "evidence", e->evidence);
    reply_time(j, "told", e->told_us);
    json_end_object(j);
}

static void put_template(struct json *j, const struct rollup_template *t)
{
    json_begin_object(j, NULL);
    json_put_string(j, "template", t->inspection->name);
    json_put_string(j, "title", t->inspection->title);
    json_put_uint(j, "enterprises", t->enterprises);
    json_put_uint(j, "signed", t->signed_off);
    json_begin_array(j, "items");
    for (unsigned i = 0; i < t->inspection->count && i < ITEMS_MOST; i++) {
        json_begin_object(j, NULL);
        json_put_uint(j, "number", t->inspection->items[i].number);
        json_put_string(j, "zh", t->inspection->items[i].zh);
        inspection_put_counts(j, t->counts[i]);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static void region(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct rollup all;
    char *end;
    struct json *j = &reply->json;
    struct store_reader *reader = request_reader(r, reply);
    long year = strtol(r->id, &end, 10);
    if (!reader) return;
    json_begin_object(j, NULL);
    json_put_int(j, "year", year);
    json_begin_array(j, "enterprises");
    bool good =
        rollup_read(control_lock(r->api->control), reader->main, true, (int)year, &all, region_row_json, j, &fault);
    control_unlock(r->api->control);
    json_end_array(j);
    json_begin_array(j, "templates");
    for (unsigned i = 0; good && i < all.template_count; i++)
        if (all.templates[i].enterprises) put_template(j, &all.templates[i]);
    json_end_array(j);
    json_end_object(j);
    rollup_free(&all);
    if (!good) reply_fault(reply, &fault);
}

static const struct parameter format_parameter[] = {
    {"format", PARAMETER_NAMES, 0, 0, convert_formats, false, "格式，默认 html", "format, html unless told"},
    END,
};

const struct route routes_inspection_report[] = {
    {"GET", "/inspections/{id}/report", OFFICER, 0, report, format_parameter, NULL, "下载自查报告",
     "The report as a file"},
    {"GET", "/inspections/{id}/region", OFFICER, 0, region, NULL, NULL, "本级与下级的自查汇总（不含技术细节）",
     "Roll-up of the nodes below, without technical detail"},
    ROUTES_END,
};
