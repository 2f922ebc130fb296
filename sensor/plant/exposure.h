/* SPDX-License-Identifier: Apache-2.0 */
/* Exposures: what makes an attack easy, one record for each asset, kind and other side. */
#ifndef WANGLOU_SENSOR_PLANT_EXPOSURE_H
#define WANGLOU_SENSOR_PLANT_EXPOSURE_H

#include <stdint.h>

/* X(id, name, zh, en) */
#define EXPOSURE_KINDS(X)                                                                                              \
    X(LOGIN, "clear_text_login", "明文登录", "login in clear text")                                                    \
    X(DEFAULT_LOGIN, "default_credentials", "使用默认口令", "default credentials in use")                              \
    X(SNMP, "weak_snmp", "SNMP未加密（v1/v2c团体名明文）", "SNMP with its community in the clear (v1, v2c)")           \
    X(DEFAULT_SNMP, "default_community", "SNMP使用默认团体名", "default SNMP community")                               \
    X(TLS, "weak_tls", "过时的TLS版本或弱密码套件", "outdated version or weak cipher of TLS")                          \
    X(CONTROL, "unauthenticated_control", "无身份鉴别即可控制", "control without authentication")                      \
    X(REMOTE, "remote_access", "远程访问会话", "remote access session")                                                \
    X(PUBLIC, "public_address", "工控设备与互联网地址通信", "plant device talks with a public address")                \
    X(CERTIFICATE, "weak_certificate", "证书过期、自签名或签名算法过时",                                               \
      "certificate expired, self-signed, or signed with an outdated algorithm")
enum exposure_kind {
#define X(id, name, zh, en) EXPOSED_##id,
    EXPOSURE_KINDS(X)
#undef X
        EXPOSED_COUNT
};

enum { EXPOSURE_DETAIL = 48, EXPOSURE_SECRET = 16 };
/* Payload of OBSERVED_EXPOSURE; `device`: the asset that is exposed, `peer`: the other side. */
struct exposure_fact {
    char detail[EXPOSURE_DETAIL];    /* protocol, version, service: constant words, never a secret */
    uint8_t secret[EXPOSURE_SECRET]; /* keyed BLAKE2b of what was seen in the clear; 0 … none */
    uint64_t start_ns, bytes;        /* of a session that ended */
    uint16_t port;
};

#endif
