/* SPDX-License-Identifier: Apache-2.0 */
/* Webhook: each alert event as a POST with JSON (RFC 9110), signed when there is a secret: X-Wanglou-Signature is
 * "sha256=" and the HMAC-SHA-256 of the body in hex. */
#include <curl/curl.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/output/output.h"

enum { SECONDS = 15, SECRET_MOST = 256, SHA256_BYTES = 32 };

struct webhook {
    CURL *curl;
    char secret[SECRET_MOST + 1];
};

static bool read_secret(struct webhook *w, const char *path, struct fault *fault)
{
    FILE *in = fopen(path, "re");
    size_t n = in ? fread(w->secret, 1, SECRET_MOST, in) : 0;
    if (in) fclose(in);
    while (n && strchr(" \r\n\t", w->secret[n - 1])) n--;
    w->secret[n] = 0;
    return n || fault_set(fault, "output.webhook_secret: %s: %s", path, in ? "is empty" : strerror(errno));
}

static size_t ignore(char *data, size_t size, size_t count, void *context)
{
    (void)data, (void)context;
    return size * count;
}

struct webhook *webhook_open(const char *url, const char *ca, const char *secret_file, struct fault *fault)
{
    struct webhook *w = calloc(1, sizeof *w);
    if (!w || !(w->curl = curl_easy_init())) abort();
    if (secret_file && !read_secret(w, secret_file, fault)) {
        webhook_close(w);
        return NULL;
    }
    curl_easy_setopt(w->curl, CURLOPT_URL, url);
    curl_easy_setopt(w->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(w->curl, CURLOPT_FOLLOWLOCATION, 0l);
    curl_easy_setopt(w->curl, CURLOPT_TIMEOUT, (long)SECONDS);
    curl_easy_setopt(w->curl, CURLOPT_NOSIGNAL, 1l);
    curl_easy_setopt(w->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(w->curl, CURLOPT_WRITEFUNCTION, ignore);
    if (ca) curl_easy_setopt(w->curl, CURLOPT_CAINFO, ca);
    return w;
}

/* Answers that asking again cannot change are refusals: all of 4xx but "too slow" and "too many". */
enum webhook_answer webhook_send(struct webhook *w, const char *body, size_t length, struct fault *fault)
{
    char signature[32 + 2 * SHA256_BYTES + 1] = "X-Wanglou-Signature: sha256=";
    unsigned char digest[SHA256_BYTES];
    long status = 0;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    if (w->secret[0] && gnutls_hmac_fast(GNUTLS_MAC_SHA256, w->secret, strlen(w->secret), body, length, digest) == 0) {
        size_t n = strlen(signature);
        sodium_bin2hex(signature + n, sizeof signature - n, digest, sizeof digest);
        headers = curl_slist_append(headers, signature);
    }
    curl_easy_setopt(w->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(w->curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(w->curl, CURLOPT_POSTFIELDSIZE, (long)length);
    CURLcode result = curl_easy_perform(w->curl);
    curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (result == CURLE_OK && status >= 200 && status < 300) return WEBHOOK_TAKEN;
    if (result != CURLE_OK)
        fault_set(fault, "webhook: %s", curl_easy_strerror(result));
    else
        fault_set(fault, "webhook: the answer is %ld", status);
    return result == CURLE_OK && status >= 400 && status < 500 && status != 408 && status != 429 ? WEBHOOK_REFUSED
                                                                                                 : WEBHOOK_LATER;
}

void webhook_close(struct webhook *w)
{
    if (!w) return;
    if (w->curl) curl_easy_cleanup(w->curl);
    sodium_memzero(w, sizeof *w);
    free(w);
}
