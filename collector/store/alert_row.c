/* SPDX-License-Identifier: Apache-2.0 */
/* From an `alert` event to its row in main.db: the list item, and the words that a search looks through. */
#include <stdio.h>
#include <string.h>

#include "collector/store/internal.h"
#include "common/json.h"
#include "common/json_member.h"

enum { ITEM_MAX = 32768, WORDS_MAX = 8192 };

/* Copies a member as it is; nothing when it is absent or its JSON is longer than a list item should carry. */
static void copy(struct json *out, const json_t *object, const char *key)
{
    char raw[4096];
    json_t *value = json_object_get(object, key);
    size_t n = value ? json_dumpb(value, raw, sizeof raw, JSON_COMPACT | JSON_ENCODE_ANY) : 0;
    if (n && n <= sizeof raw) json_put_raw(out, key, raw, n);
}

static void add_words(struct json *words, const json_t *value)
{
    size_t i;
    json_t *element;
    const char *text = json_string_value(value);
    if (text) {
        for (; *text && words->at < words->end - 2; text++) *words->at++ = *text;
        *words->at++ = '\n';
    }
    json_array_foreach((json_t *)value, i, element) add_words(words, element);
}

/* What a search looks through: names of things, never what differs from one alert of a rule to the next. */
static void words_of(struct json *words, const struct event_envelope *e, const json_t *event, const json_t *alert)
{
    static const char *const of_alert[] = {"signature", "signature_en", "rule", "category", "techniques", "references"};
    static const char *const of_operation[] = {"operation", "operation_zh", "operation_en", "class_zh", "objects"};
    for (size_t i = 0; i < sizeof of_alert / sizeof *of_alert; i++)
        add_words(words, json_object_get(alert, of_alert[i]));
    for (size_t i = 0; i < sizeof of_operation / sizeof *of_operation; i++)
        add_words(words, json_object_get(json_object_get(event, "ot"), of_operation[i]));
    json_t *sensor = json_stringn(e->sensor ? e->sensor : "", e->sensor_length);
    add_words(words, sensor);
    json_decref(sensor);
    add_words(words, json_object_get(event, "app_proto"));
    *words->at = 0;
}

/* Members of the list item, without the outer braces. */
static void item_of(struct json *out, const struct event_envelope *e, const json_t *event, const json_t *alert)
{
    static const char *const of_alert[] = {"rule",       "signature", "signature_en", "category",
                                           "techniques", "source",    "target",       "key"};
    static const char *const of_event[] = {"src_ip", "src_mac", "dest_ip", "dest_mac", "app_proto", "sensor"};
    json_put_text(out, "id", e->id, e->id_length);
    json_put_text(out, "time", e->timestamp, e->timestamp_length);
    json_put_uint(out, "severity", e->severity);
    for (size_t i = 0; i < sizeof of_alert / sizeof *of_alert; i++) copy(out, alert, of_alert[i]);
    for (size_t i = 0; i < sizeof of_event / sizeof *of_event; i++) copy(out, event, of_event[i]);
    double count = json_number_value(json_object_get(alert, "count"));
    json_put_uint(out, "count", count >= 1 && count < 1e15 ? (uint64_t)count : 1);
}

static int64_t words_number(struct store *s, const char *text, struct fault *fault)
{
    static const char find[] = "SELECT words FROM words WHERE text=?";
    int64_t number = database_number(s->main, -1, find, "s", text);
    if (number >= 0) return number;
    if (!database_run(s->main, fault, "INSERT INTO words(text) VALUES(?)", "s", text)) return -1;
    number = sqlite3_last_insert_rowid(s->main);
    /* Not by a trigger: those may not touch virtual tables in a database whose schema is not trusted. */
    return database_run(s->main, fault, "INSERT INTO words_index(rowid, text) VALUES(?,?)", "is", number, text) ? number
                                                                                                                : -1;
}

static const char *either(const char *a, const char *b) { return *a ? a : b; }

bool alerts_put(struct store *s, const struct event_envelope *e, const json_t *event, struct fault *fault)
{
    char item_memory[ITEM_MAX], words_memory[WORDS_MAX], id[ULID_LENGTH + 1];
    struct json item = json_over(item_memory, sizeof item_memory - 1), words = json_over(words_memory, WORDS_MAX);
    const json_t *alert = json_object_get(event, "alert");
    snprintf(id, sizeof id, "%.*s", ULID_LENGTH, e->id);
    if (database_number(s->main, 0, "SELECT 1 FROM alert WHERE id=?", "s", id)) return true;
    item_of(&item, e, event, alert);
    words_of(&words, e, event, alert);
    *item.at = 0;
    const char *source = either(json_member_text(event, "src_ip"), json_member_text(event, "src_mac")),
               *target = either(json_member_text(event, "dest_ip"), json_member_text(event, "dest_mac")),
               *sensor = json_member_text(event, "sensor"), *rule = json_member_text(alert, "rule");
    int64_t time_us = store_time_us(e->timestamp, e->timestamp_length);
    if (time_us < 0) time_us = (int64_t)ulid_time_ms(id) * 1000;
    int64_t number = words_number(s, words_memory, fault),
            suppression = suppressions_find(s, time_us, rule, source, target, sensor),
            incident = number < 0 ? -1 : incidents_find(s, id, time_us, e->severity, sensor, source, target, fault);
    return incident >= 0 &&
           database_run(s->main, fault,
                        "INSERT INTO alert(changed,id,severity,rule,category,source,target,sensor,protocol,words,item,"
                        "incident,suppression) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
                        "isissssssisii", ++s->changes, id, (int64_t)e->severity, rule,
                        json_member_text(alert, "category"), source, target, sensor,
                        json_member_text(event, "app_proto"), number, item_memory, incident, suppression);
}
