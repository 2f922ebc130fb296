/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou join: asks a collector to enrol this node, with the code its administrator gave (docs/link-protocol.md,
 * "Enrolment"). The collector's certificate is its own, so what counts is the fingerprint that people compare. */
#include "common/keys.h"
#include "tool/command.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/json_member.h"

enum { ANSWER_MOST = 16384, SECONDS = 15 };

struct answer {
    char text[ANSWER_MOST];
    size_t length;
};

static size_t take(char *data, size_t size, size_t count, void *context)
{
    struct answer *a = context;
    size_t n = size * count;
    if (n > sizeof a->text - a->length) return 0; /* ends the transfer */
    memcpy(a->text + a->length, data, n);
    a->length += n;
    return n;
}

static long send_request(const char *base, const char *body, struct answer *answer, struct fault *fault)
{
    char url[512], problem[CURL_ERROR_SIZE] = "";
    long status = 0;
    if ((size_t)snprintf(url, sizeof url, "%s%sapi/v1/enrolment", base, base[strlen(base) - 1] == '/' ? "" : "/") >=
        sizeof url) {
        fault_set(fault, "%.60s…: too long", base);
        return 0;
    }
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SECONDS);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L); /* its own certificate: the fingerprints are compared */
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
    CURLcode result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (result == CURLE_OK) return status;
    fault_set(fault, "%s: %s", url, *problem ? problem : curl_easy_strerror(result));
    return 0;
}

/* Writes the collector's public keys, and tells both fingerprints. */
static int accepted(const json_t *reply, const struct keys *own, const char *directory)
{
    const json_t *collector = json_object_get(reply, "collector");
    struct keys theirs = {""};
    struct fault fault = {""};
    char mine[FINGERPRINT + 1], other[FINGERPRINT + 1], path[512];
    const char *name = json_member_text(collector, "name"), *curve = json_member_text(collector, "curve_public");
    if (!node_name_valid(name) || !curve_key_valid(curve) ||
        !sign_key_parse(json_member_text(collector, "sign_public"), theirs.sign_public, SIGN_PUBLIC))
        return command_failed("the collector's answer has no valid keys");
    memcpy(theirs.name, name, strlen(name) + 1);
    memcpy(theirs.curve_public, curve, CURVE_TEXT + 1);
    if (!keys_write_public(&theirs, directory, &fault)) return command_failed(fault.text);
    keys_fingerprint(own, mine);
    keys_fingerprint(&theirs, other);
    snprintf(path, sizeof path, "%s/%s.pub", directory, theirs.name);
    printf("已申请登记，等待上级批准 asked; the other side has to approve\n"
           "请与上级电话核对两个指纹，一致方可批准 compare both fingerprints by word of mouth before it does:\n"
           "  本机 this node       %s  %s\n  上级 the collector   %s  %s\n"
           "上级公钥 its public key: %s\n链路端口 port of the link: %lld\n",
           own->name, mine, theirs.name, other, path,
           (long long)json_integer_value(json_object_get(collector, "port")));
    return EXIT_DONE;
}

static int join(const char *base, const char *code, const char *key_file, const char *directory)
{
    struct keys keys;
    struct fault fault = {""};
    struct answer answer = {.length = 0};
    char sign[64];
    if (!keys_load_public(&keys, key_file, &fault)) return command_failed(fault.text);
    sign_key_print(keys.sign_public, SIGN_PUBLIC, sign, sizeof sign);
    json_t *request = json_pack("{s:s,s:s,s:s,s:s}", "code", code, "name", keys.name, "curve_public", keys.curve_public,
                                "sign_public", sign);
    char *body = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    if (!body) return command_failed("out of memory");
    long status = send_request(base, body, &answer, &fault);
    free(body);
    if (!status) return command_failed(fault.text);
    json_t *reply = json_loadb(answer.text, answer.length, 0, NULL);
    const json_t *error = json_object_get(reply, "error");
    int result;
    if (status == 202) {
        result = accepted(reply, &keys, directory);
    } else {
        fault_set(&fault, "refused (%ld): %s %s %s", status, json_member_text(error, "code"),
                  json_member_text(error, "zh"), json_member_text(error, "en"));
        result = command_failed(fault.text);
    }
    json_decref(reply);
    return result;
}

static int run(int argc, char **argv)
{
    extern const struct command command_join;
    bool good = (argc == 5 && strcmp(argv[3], "--key") == 0) ||
                (argc == 7 && strcmp(argv[3], "--key") == 0 && strcmp(argv[5], "--to") == 0);
    if (!good) return command_usage(&command_join);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int result = join(argv[1], argv[2], argv[4], argc == 7 ? argv[6] : ".");
    curl_global_cleanup();
    return result;
}

const struct command command_join = {
    .name = "join",
    .usage = "https://COLLECTOR:PORT CODE --key NAME.pub [--to DIRECTORY]",
    .zh = "凭登记码向上级申请登记本节点",
    .en = "asks a collector to enrol this node, with the code it gave",
    .run = run,
};
