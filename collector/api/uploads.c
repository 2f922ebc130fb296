/* SPDX-License-Identifier: Apache-2.0 */
/* Captures uploaded by an officer: POST with the file as the body, and what became of it. */
#include "collector/service/uploads.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"

static bool list_row(void *context, const struct upload *u)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    json_put_int(j, "id", u->number);
    reply_time(j, "time", u->time_us);
    json_put_string(j, "name", u->name);
    json_put_string(j, "user", u->user);
    json_put_string(j, "state", u->state);
    json_put_string(j, "error", u->error);
    json_put_uint(j, "bytes", u->bytes);
    json_put_uint(j, "events", u->events);
    json_put_uint(j, "stored", u->stored);
    json_put_uint(j, "alerts", u->alerts);
    json_put_bool(j, "exercise", u->exercise);
    json_end_object(j);
    return true;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader || !request_in_scope(r, reply, "upload")) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = uploads_list(reader, 0, list_row, reply, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static void show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    int64_t number = strtoll(r->id, NULL, 10);
    if (!reader || !request_in_scope(r, reply, "upload")) return;
    if (number) (void)uploads_list(reader, number, list_row, reply, &fault);
    if (fault.text[0])
        reply_fault(reply, &fault);
    else if (!json_length(&reply->json))
        reply_error(reply, API_NOT_FOUND, NULL);
}

/* pcap (either byte order, micro- or nanoseconds) and pcapng begin so. */
static bool is_capture(const char *path)
{
    static const unsigned char magics[][4] = {{0xa1, 0xb2, 0xc3, 0xd4},
                                              {0xd4, 0xc3, 0xb2, 0xa1},
                                              {0xa1, 0xb2, 0x3c, 0x4d},
                                              {0x4d, 0x3c, 0xb2, 0xa1},
                                              {0x0a, 0x0d, 0x0d, 0x0a}};
    unsigned char head[4] = {0};
    FILE *in = fopen(path, "rbe");
    bool good = in && fread(head, 1, sizeof head, in) == sizeof head;
    if (in) fclose(in);
    for (size_t i = 0; good && i < sizeof magics / sizeof *magics; i++)
        if (memcmp(head, magics[i], sizeof head) == 0) return true;
    return false;
}

static void create(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    const char *name = request_text(r, "name");
    bool exercise = request_flag(r, "exercise");
    if (!request_in_scope(r, reply, "upload")) return;
    if (!is_capture(r->upload)) {
        reply_error(reply, API_BAD_BODY, "capture");
        return;
    }
    int64_t number = uploads_queue(r->api->uploads, r->upload, name ? name : "", r->session.account.name,
                                   r->upload_bytes, exercise, &fault);
    if (!number) {
        reply_fault(reply, &fault);
        return;
    }
    r->upload[0] = 0; /* it is the queue's now */
    request_audit(r, "upload.create", name ? name : "", exercise ? "exercise" : "");
    reply->status = 202;
    json_begin_object(&reply->json, NULL);
    json_put_int(&reply->json, "id", number);
    json_end_object(&reply->json);
}

static const struct parameter upload_parameters[] = {
    TEXT("name", 200, "文件名", "name of the file"),
    {"exercise", PARAMETER_BOOL, 0, 0, NULL, false, "演练：结果全程标注为演练，不计入统计",
     "an exercise: marked throughout, left out of statistics"},
    END,
};
const struct route routes_uploads[] = {
    {"GET", "/uploads", OFFICER, 0, list, NULL, NULL, "上传的抓包", "Uploaded captures"},
    {"GET", "/uploads/{id}", OFFICER, 0, show, NULL, NULL, "某次上传的结果", "What became of one"},
    {"POST", "/uploads", OFFICER, ROUTE_FILE, create, upload_parameters, NULL, "上传抓包（pcap/pcapng 为请求体）",
     "Upload a capture: the body is the file"},
    ROUTES_END,
};
