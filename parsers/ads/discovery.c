/* SPDX-License-Identifier: Apache-2.0 */
/* The TwinCAT system service on UDP 48899: discovery of devices and adding of routes, as Beckhoff's own
 * open source ADS library (github.com/Beckhoff/ADS, AdsLib/RouterDiscovery) lays the datagrams out. */
#include "parsers/ads/ads.h"

#define MAGIC  0x71146603u
#define ANSWER 0x80000000u
enum { SERVICE_LAST = 15 };
enum { TAG_STATUS = 1, TAG_PASSWORD = 2, TAG_TWINCAT = 3, TAG_OS = 4, TAG_HOST = 5, TAG_ROUTE = 12, TAG_USER = 13 };

bool ads_is_discovery(const struct bytes *in)
{
    struct bytes look = *in;
    uint32_t magic = bytes_le32(&look);
    bytes_skip(&look, 4);
    uint32_t service = bytes_le32(&look) & ~ANSWER;
    bytes_skip(&look, ADS_DISCOVERY_HEADER - 12);
    return bytes_ok(&look) && magic == MAGIC && service <= SERVICE_LAST;
}

static void tag(struct pdu *p, uint16_t id, struct bytes data, bool answer)
{
    struct bytes text = bytes_trimmed(data);
    emit_uint(p, F_UDP_TAG, id);
    switch (id) {
    case TAG_STATUS: {
        uint32_t status = bytes_le32(&data);
        if (answer && bytes_ok(&data)) message_status(p, status ? STATUS_REFUSED : STATUS_OK, status);
        break;
    }
    case TAG_PASSWORD:
        if (!bytes_empty(&text)) message_anomaly(p, A_PASSWORD);
        break;
    case TAG_TWINCAT: {
        uint8_t version = bytes_u8(&data), revision = bytes_u8(&data);
        uint16_t build = bytes_le16(&data);
        if (answer && bytes_ok(&data))
            message_identity_format(p, IDENTITY_FIRMWARE, "TwinCAT %u.%u.%u", version, revision, build);
        break;
    }
    case TAG_HOST:
        emit_text(p, F_UDP_HOST, text);
        if (answer) message_identity(p, IDENTITY_NAME, text);
        break;
    case TAG_ROUTE:
        emit_text(p, F_UDP_ROUTE, text);
        if (wants_object(p)) message_object_text(p, text);
        break;
    case TAG_USER:
        emit_text(p, F_UDP_USER, text);
        message_identity(p, IDENTITY_USER, text);
        break;
    default:
        break;
    }
}

void ads_discovery(struct pdu *p)
{
    struct bytes in = p->in;
    bytes_skip(&in, 4);
    uint32_t invoke = bytes_le32(&in), service = bytes_le32(&in);
    struct bytes net = bytes_take(&in, 6);
    bytes_skip(&in, 2); /* AMS port of the sender */
    uint32_t tags = bytes_le32(&in);
    bool answer = service & ANSWER;
    service &= ~ANSWER;
    message_operation(p, ADS_DISCOVERY | service);
    message_role(p, answer ? ROLE_RESPONSE : ROLE_REQUEST);
    emit_uint(p, F_UDP_SERVICE, service);
    ads_emit_net(p, F_UDP_NET, net);
    uint64_t key = (uint64_t)invoke << 32 | ADS_DISCOVERY | service;
    if (answer) {
        struct request *asked = pdu_answers(p, key);
        if (asked) request_done(asked);
        message_status(p, STATUS_OK, 0);
        message_identity_format(p, IDENTITY_VENDOR, "Beckhoff");
        message_identity_format(p, IDENTITY_ROLE, "plc");
    } else {
        (void)pdu_request(p, key);
    }
    while (tags-- && !bytes_empty(&in)) {
        uint16_t id = bytes_le16(&in), length = bytes_le16(&in);
        struct bytes data = bytes_take(&in, length);
        if (!bytes_ok(&in)) {
            message_anomaly(p, A_TRUNCATED);
            return;
        }
        tag(p, id, data, answer);
    }
}
