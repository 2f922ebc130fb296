/* SPDX-License-Identifier: Apache-2.0 */
/* Syslog over TCP (RFC 6587, octet counting) and TLS (RFC 5425). The protocol has no acknowledgement: what was sent
 * counts as taken when the other machine has acknowledged its last octet (the socket's queue is empty). */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "collector/output/output.h"

enum { SECONDS = 10, EMPTY_MS = 10000, STEP_MS = 5 };

struct syslog_peer {
    int fd;
    gnutls_session_t session; /* NULL: plain TCP */
    gnutls_certificate_credentials_t credentials;
};

static int connect_to(const char *host, const char *port, struct fault *fault)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int fd = -1, status = getaddrinfo(host, port, &hints, &found);
    if (status) fault_set(fault, "%s port %s: %s", host, port, gai_strerror(status));
    for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        struct timeval limit = {SECONDS, 0};
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd < 0) continue;
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        if (connect(fd, a->ai_addr, a->ai_addrlen) == 0) break;
        fault_set(fault, "%s port %s: %s", host, port, strerror(errno));
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static bool secure(struct syslog_peer *p, const char *host, const char *ca, struct fault *fault)
{
    int result = gnutls_certificate_allocate_credentials(&p->credentials);
    if (result >= 0)
        result = ca ? gnutls_certificate_set_x509_trust_file(p->credentials, ca, GNUTLS_X509_FMT_PEM)
                    : gnutls_certificate_set_x509_system_trust(p->credentials);
    if (result < 0) return fault_set(fault, "%s: %s", ca ? ca : "certificates of the system", gnutls_strerror(result));
    gnutls_init(&p->session, GNUTLS_CLIENT);
    gnutls_priority_set_direct(p->session, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", NULL);
    gnutls_credentials_set(p->session, GNUTLS_CRD_CERTIFICATE, p->credentials);
    gnutls_server_name_set(p->session, GNUTLS_NAME_DNS, host, strlen(host));
    gnutls_session_set_verify_cert(p->session, host, 0);
    gnutls_transport_set_int(p->session, p->fd);
    gnutls_handshake_set_timeout(p->session, SECONDS * 1000);
    do result = gnutls_handshake(p->session);
    while (result < 0 && !gnutls_error_is_fatal(result));
    return result >= 0 || fault_set(fault, "%s: TLS: %s", host, gnutls_strerror(result));
}

struct syslog_peer *syslog_open(const char *address, const char *ca, struct fault *fault)
{
    char host[256];
    const char *at = strstr(address, "://"), *port = at ? strrchr(at + 3, ':') : NULL;
    bool tls = strncmp(address, "tls://", 6) == 0;
    if (!port || (size_t)(port - at - 3) >= sizeof host || (!tls && strncmp(address, "tcp://", 6) != 0)) {
        fault_set(fault, "'%s' is no address as tcp://HOST:PORT or tls://HOST:PORT", address);
        return NULL;
    }
    snprintf(host, sizeof host, "%.*s", (int)(port - at - 3), at + 3);
    struct syslog_peer *p = calloc(1, sizeof *p);
    if (!p) abort();
    p->fd = connect_to(host, port + 1, fault);
    if (p->fd >= 0 && (!tls || secure(p, host, ca, fault))) return p;
    syslog_close(p);
    return NULL;
}

static bool send_all(struct syslog_peer *p, const char *data, size_t length, struct fault *fault)
{
    while (length) {
        ssize_t n = p->session ? gnutls_record_send(p->session, data, length) : send(p->fd, data, length, MSG_NOSIGNAL);
        if (p->session && n < 0 && !gnutls_error_is_fatal((int)n)) continue;
        if (n <= 0)
            return fault_set(fault, "syslog: cannot send: %s",
                             p->session ? gnutls_strerror((int)n)
                             : n < 0    ? strerror(errno)
                                        : "closed");
        data += n;
        length -= (size_t)n;
    }
    return true;
}

bool syslog_send(struct syslog_peer *p, const char *messages, size_t length, struct fault *fault)
{
    char octet;
    if (!send_all(p, messages, length, fault)) return false;
    for (int waited = 0; waited < EMPTY_MS; waited += STEP_MS) {
        int left = 0;
        if (ioctl(p->fd, SIOCOUTQ, &left) || !left) {
            /* A peer that has closed meanwhile has taken who knows what. */
            return p->session || recv(p->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) != 0 ||
                   fault_set(fault, "syslog: the other side has closed the connection");
        }
        nanosleep(&(struct timespec){0, STEP_MS * 1000000l}, NULL);
    }
    return fault_set(fault, "syslog: the other side takes nothing");
}

void syslog_close(struct syslog_peer *p)
{
    if (!p) return;
    if (p->session) {
        gnutls_bye(p->session, GNUTLS_SHUT_WR);
        gnutls_deinit(p->session);
    }
    if (p->credentials) gnutls_certificate_free_credentials(p->credentials);
    if (p->fd >= 0) close(p->fd);
    free(p);
}
