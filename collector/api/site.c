/* SPDX-License-Identifier: Apache-2.0 */
/* This node itself over the API: what it is called, who answers for what, which interface listens, how far the guided
 * first run has come. */
#include "collector/service/site.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/hierarchy.h"
#include "collector/store/internal.h"
#include "collector/store/summary.h"

/* What of the first run is seen in what came in. */
struct arrived {
    bool node;        /* of any node but this one */
    int64_t since_us; /* when its first events came */
    uint64_t devices;
};

static bool arrived_row(void *context, const struct node_row *row)
{
    struct arrived *a = context;
    if (strcmp(row->name, STORE_OWN_NODE) == 0 || !row->stored) return true;
    a->node = true;
    if (!a->since_us || row->first_seen_us < a->since_us) a->since_us = row->first_seen_us;
    return true;
}

static bool arrived_read(struct store_reader *reader, struct arrived *a, struct fault *fault)
{
    *a = (struct arrived){0};
    if (!store_nodes(reader, arrived_row, a, fault)) return false;
    a->devices = (uint64_t)database_number(reader->main, 0, "SELECT count(*) FROM device", "");
    return true;
}

static void put_people(struct json *j, const struct site *site)
{
    json_begin_array(j, "persons");
    for (unsigned i = 0; i < SITE_DUTY_COUNT; i++) {
        json_begin_object(j, NULL);
        json_put_string(j, "duty", site_duties[i].name);
        json_put_bool(j, "plant", site_duties[i].plant);
        json_put_bool(j, "above", site_duties[i].above);
        json_put_string(j, "name", site->people[i].name);
        json_put_string(j, "phone", site->people[i].phone);
        json_end_object(j);
    }
    json_end_array(j);
}

static void show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct json *j = &reply->json;
    struct site site;
    struct arrived arrived;
    struct store_reader *reader = request_reader(r, reply);
    if (!reader || !request_in_scope(r, reply, STORE_OWN_NODE)) return;
    if (!site_read(r->api->control, &site, &fault) || !arrived_read(reader, &arrived, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_begin_object(j, NULL);
    json_put_string(j, "node", r->api->hierarchy->keys.name);
    for (unsigned i = 0; i < SITE_SETTING_COUNT; i++)
        if (i == SITE_FINISHED)
            reply_time(j, site_setting_name[i], strtoll(site.settings[i], NULL, 10) * 1000000);
        else
            json_put_string(j, site_setting_name[i], site.settings[i]);
    put_people(j, &site);
    json_begin_object(j, "steps");
    json_put_bool(j, "identity", site_identified(&site));
    json_put_bool(j, "persons", site_people_named(&site));
    json_put_bool(j, "interface", arrived.node);
    json_put_bool(j, "learn", arrived.devices > 0);
    json_end_object(j);
    json_begin_object(j, "learning");
    reply_time(j, "since", arrived.since_us);
    json_put_uint(j, "devices", arrived.devices);
    json_end_object(j);
    json_end_object(j);
}

/* What the body names is changed, the rest stays. */
static void put(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char now[32];
    int64_t now_us = store_now_us();
    const char *user = r->session.account.name;
    if (!request_in_scope(r, reply, STORE_OWN_NODE)) return;
    snprintf(now, sizeof now, "%lld", (long long)(now_us / 1000000));
    for (unsigned i = 0; i < SITE_SETTING_COUNT; i++) {
        const json_t *told = json_object_get(r->body, site_setting_name[i]);
        if (!told) continue;
        const char *value = i == SITE_FINISHED ? json_is_true(told) ? now : "" : json_string_value(told);
        if (!site_put(r->api->control, i, value, user, now_us, &fault)) {
            reply_fault(reply, &fault);
            return;
        }
        request_audit(r, "site.put", site_setting_name[i], value);
    }
    show(r, reply);
}

static void put_person(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    const char *duty = request_body_text(r, "duty"), *name = request_body_text(r, "name");
    unsigned i = 0;
    if (!request_in_scope(r, reply, STORE_OWN_NODE)) return;
    while (strcmp(site_duties[i].name, duty) != 0) i++; /* the router has checked that it is one */
    if (!site_put_person(r->api->control, i, name, request_body_text(r, "phone"), r->session.account.name,
                         store_now_us(), &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    request_audit(r, "site.person", duty, name);
    show(r, reply);
}

/* ---- interfaces of this machine, for a sensor that runs beside the collector ---- */

/* A number that sysfs tells of an interface; -1: it tells none. */
static int64_t told_number(const char *name, const char *what)
{
    char path[128];
    long long value = -1;
    snprintf(path, sizeof path, "/sys/class/net/%s/%s", name, what);
    FILE *in = fopen(path, "re");
    if (!in) return -1;
    if (fscanf(in, "%lld", &value) != 1) value = -1; /* `speed` of an interface that is down cannot be read */
    fclose(in);
    return value;
}

static bool has_address(const struct ifaddrs *all, const char *name)
{
    for (const struct ifaddrs *one = all; one; one = one->ifa_next)
        if (one->ifa_addr && strcmp(one->ifa_name, name) == 0 &&
            (one->ifa_addr->sa_family == AF_INET || one->ifa_addr->sa_family == AF_INET6))
            return true;
    return false;
}

static void interfaces(struct request *r, struct reply *reply)
{
    struct json *j = &reply->json;
    struct ifaddrs *all = NULL;
    if (!request_in_scope(r, reply, STORE_OWN_NODE)) return;
    if (getifaddrs(&all) != 0) all = NULL;
    struct if_nameindex *names = if_nameindex();
    json_begin_object(j, NULL);
    json_begin_array(j, "items");
    for (const struct if_nameindex *one = names; one && one->if_name; one++) {
        if (told_number(one->if_name, "type") != ARPHRD_ETHER) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "name", one->if_name);
        json_put_bool(j, "carrier", told_number(one->if_name, "carrier") == 1);
        json_put_bool(j, "address", has_address(all, one->if_name));
        json_put_int(j, "packets", told_number(one->if_name, "statistics/rx_packets"));
        json_put_int(j, "bytes", told_number(one->if_name, "statistics/rx_bytes"));
        json_end_object(j);
    }
    json_end_array(j);
    json_put_null(j, "next");
    json_end_object(j);
    if (names) if_freenameindex(names);
    freeifaddrs(all);
}

/* ---- routes ---- */

#define ROW_TEXT(name, most, zh, en) TEXT(name, most, zh, en)
#define ROW_LEVEL(name, most, zh, en)                                                                                  \
    {                                                                                                                  \
        name, PARAMETER_NAMES, 0, 1, site_level_name, false, zh, en                                                    \
    }
#define ROW_FLAG(name, most, zh, en)                                                                                   \
    {                                                                                                                  \
        name, PARAMETER_BOOL, 0, 0, NULL, false, zh, en                                                                \
    }
#define X(id, name, kind, most, zh, en) ROW_##kind(name, most, zh, en),
static const struct parameter site_body[] = {SITE_SETTINGS(X) END};
#undef X
static const struct parameter person_body[] = {
    {"duty", PARAMETER_NAMES, 0, 1, site_duty_name, true, "职责", "duty"},
    TEXT("name", SITE_TEXT, "姓名", "name"),
    TEXT("phone", SITE_PHONE_TEXT, "电话", "telephone"),
    END,
};
const struct route routes_site[] = {
    {"GET", "/site", ADMINISTRATOR | OFFICER, 0, show, NULL, NULL, "本单位：名称、责任人、开通进度",
     "This node: its name, who answers for what, how far the first run has come"},
    {"POST", "/site", ADMINISTRATOR | OFFICER, ROUTE_PERSON, put, NULL, site_body, "设置本单位",
     "Change what this node says of itself"},
    {"POST", "/site/persons", ADMINISTRATOR | OFFICER, ROUTE_PERSON, put_person, NULL, person_body, "设置一位责任人",
     "Say who answers for a duty"},
    {"GET", "/site/interfaces", ADMINISTRATOR | OFFICER, 0, interfaces, NULL, NULL, "本机网卡",
     "Ethernet interfaces of this machine"},
    ROUTES_END,
};
