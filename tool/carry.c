/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou carry: the files that are carried between a site without a line and its parent (docs/hierarchy.md), made and
 * taken in by the collector at work, over its API, as the officer who signs in: so roles, regions and the audit log
 * hold. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/fault.h"
#include "common/json_member.h"
#include "tool/command.h"

enum { FILE_MOST = 80 << 20, WORD_MOST = 256, SECONDS = 300 };

struct buffer {
    char *bytes;
    size_t length;
};

struct session {
    CURL *curl;
    const char *server;
    char csrf[WORD_MOST];
};

static size_t take(char *data, size_t size, size_t count, void *context)
{
    struct buffer *b = context;
    size_t n = size * count;
    char *grown = n <= FILE_MOST - b->length ? realloc(b->bytes, b->length + n + 1) : NULL;
    if (!grown) return 0; /* ends the transfer */
    b->bytes = grown;
    memcpy(b->bytes + b->length, data, n);
    b->length += n;
    b->bytes[b->length] = 0;
    return n;
}

/* What the collector says of a request that it refuses. */
static bool refused(long status, const struct buffer *answer, struct fault *fault)
{
    json_t *reply = answer->bytes ? json_loadb(answer->bytes, answer->length, 0, NULL) : NULL;
    const json_t *error = json_object_get(reply, "error");
    fault_set(fault, "%ld %s: %s %s %s", status, json_member_text(error, "code"), json_member_text(error, "zh"),
              json_member_text(error, "en"), json_member_text(error, "detail"));
    json_decref(reply);
    return false;
}

/* One request; what is sent is JSON, or with `file` any bytes. The answer is to be freed. */
static bool ask(struct session *s, const char *method, const char *path, const void *body, size_t length, bool file,
                struct buffer *answer, struct fault *fault)
{
    char url[512], token[WORD_MOST + 32], problem[CURL_ERROR_SIZE] = "";
    long status = 0;
    *answer = (struct buffer){0};
    snprintf(url, sizeof url, "%s/api/v1%s", s->server, path);
    snprintf(token, sizeof token, "X-CSRF-Token: %s", s->csrf);
    struct curl_slist *headers =
        curl_slist_append(NULL, file ? "Content-Type: application/octet-stream" : "Content-Type: application/json");
    if (*s->csrf) headers = curl_slist_append(headers, token);
    curl_easy_setopt(s->curl, CURLOPT_URL, url);
    curl_easy_setopt(s->curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(s->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, problem);
    CURLcode result = curl_easy_perform(s->curl);
    curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (result != CURLE_OK) return fault_set(fault, "%s: %s", url, *problem ? problem : curl_easy_strerror(result));
    return (status >= 200 && status < 300) || refused(status, answer, fault);
}

/* From the first line of standard input, unseen on a terminal. */
static bool read_password(char out[WORD_MOST])
{
    struct termios shown, hidden;
    bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
    if (terminal) {
        fputs("口令 password: ", stderr);
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    bool good = fgets(out, WORD_MOST, stdin);
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fputs("\n", stderr);
    }
    if (good) out[strcspn(out, "\r\n")] = 0;
    return good && *out;
}

static bool sign_in(struct session *s, const char *user, const char *code, struct fault *fault)
{
    char password[WORD_MOST];
    struct buffer answer = {0};
    if (!read_password(password)) return fault_set(fault, "没有口令 no password on standard input");
    json_t *words = json_pack("{s:s,s:s}", "user", user, "password", password);
    if (code) json_object_set_new(words, "totp", json_string(code));
    char *body = json_dumps(words, JSON_COMPACT);
    json_decref(words);
    bool good = body && ask(s, "POST", "/session", body, strlen(body), false, &answer, fault);
    json_t *reply = good ? json_loadb(answer.bytes, answer.length, 0, NULL) : NULL;
    if (good) snprintf(s->csrf, sizeof s->csrf, "%s", json_member_text(reply, "csrf"));
    json_decref(reply);
    free(body);
    free(answer.bytes);
    explicit_bzero(password, sizeof password);
    return good;
}

static bool write_file(const char *path, const struct buffer *b, struct fault *fault)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, b->bytes, b->length) == (ssize_t)b->length && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return good || fault_set(fault, "%s: %s", path, strerror(errno));
}

static bool export_file(struct session *s, const char *node, bool again, const char *out, struct fault *fault)
{
    struct buffer answer;
    json_t *words = node ? json_pack("{s:s}", "node", node) : json_pack("{s:b}", "again", again);
    char *body = json_dumps(words, JSON_COMPACT);
    json_decref(words);
    bool good = body && ask(s, "POST", node ? "/carry/down" : "/carry/up", body, strlen(body), false, &answer, fault) &&
                write_file(out, &answer, fault);
    if (good) printf("已导出 exported: %s, %zu 字节 bytes\n", out, answer.length);
    free(body);
    free(answer.bytes);
    return good;
}

static bool import_file(struct session *s, const char *path, struct fault *fault)
{
    struct buffer answer = {0}, file = {0};
    char part[65536];
    FILE *in = fopen(path, "rbe");
    if (!in) return fault_set(fault, "%s: %s", path, strerror(errno));
    bool good = true;
    for (size_t n; good && (n = fread(part, 1, sizeof part, in));) good = take(part, 1, n, &file) == n;
    good = (good && !ferror(in)) || fault_set(fault, "%s: 太大或无法读取 too large, or cannot be read", path);
    fclose(in);
    good = good && ask(s, "POST", "/carry/import", file.bytes, file.length, true, &answer, fault);
    if (good) printf("已导入 imported: %s\n", answer.bytes ? answer.bytes : "");
    free(file.bytes);
    free(answer.bytes);
    return good;
}

struct arguments {
    const char *server, *user, *code, *ca, *out;
    bool again;
};

static int carry(const struct arguments *a, char **words)
{
    struct fault fault = {""};
    struct session s = {.server = a->server};
    struct buffer answer = {0};
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (!(s.curl = curl_easy_init())) return command_failed("out of memory");
    curl_easy_setopt(s.curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(s.curl, CURLOPT_COOKIEFILE, ""); /* kept for this run alone */
    curl_easy_setopt(s.curl, CURLOPT_TIMEOUT, (long)SECONDS);
    if (a->ca) curl_easy_setopt(s.curl, CURLOPT_CAINFO, a->ca);
    bool good = sign_in(&s, a->user, a->code, &fault);
    if (good) {
        good = strcmp(words[0], "import") == 0 ? import_file(&s, words[1], &fault)
                                               : export_file(&s, words[1], a->again, a->out, &fault);
        struct fault ignored = {""};
        ask(&s, "DELETE", "/session", "", 0, false, &answer, &ignored);
        free(answer.bytes);
    }
    curl_easy_cleanup(s.curl);
    curl_global_cleanup();
    return good ? EXIT_DONE : command_failed(fault.text);
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"server", required_argument, NULL, 's'},
                                            {"user", required_argument, NULL, 'u'},
                                            {"code", required_argument, NULL, 'c'},
                                            {"ca", required_argument, NULL, 'a'},
                                            {"out", required_argument, NULL, 'o'},
                                            {"again", no_argument, NULL, 'g'},
                                            {NULL, 0, NULL, 0}};
    extern const struct command command_carry;
    struct arguments a = {.server = "http://127.0.0.1:8080"};
    for (int letter; (letter = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (letter == '?') return command_usage(&command_carry);
        if (letter == 'g') a.again = true;
        const char **at = letter == 's'   ? &a.server
                          : letter == 'u' ? &a.user
                          : letter == 'c' ? &a.code
                          : letter == 'a' ? &a.ca
                          : letter == 'o' ? &a.out
                                          : NULL;
        if (at) *at = optarg;
    }
    static const struct {
        const char *word;
        int words;
        bool out;
    } ways[] = {{"up", 1, true}, {"down", 2, true}, {"import", 2, false}};
    for (size_t i = 0; a.user && optind < argc && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(argv[optind], ways[i].word) == 0 && argc - optind == ways[i].words && ways[i].out == (a.out != NULL))
            return carry(&a, argv + optind);
    return command_usage(&command_carry);
}

const struct command command_carry = {
    .name = "carry",
    .usage = "up --out FILE [--again] | down NODE --out FILE | import FILE\n"
             "      --user NAME [--server http://127.0.0.1:8080] [--ca CERTIFICATE.pem] [--code ONE-TIME-CODE]; the "
             "password "
             "on standard input",
    .zh = "离线站点：导出给上级或下级的签名文件，导入带来的文件",
    .en = "sites without a line: makes the signed file for the parent or for a node below, takes one in",
    .run = run,
};
