/* SPDX-License-Identifier: Apache-2.0 */
/* The schema of main.db: what lives across days. Steps are only ever added at the end. */
#include "collector/store/internal.h"

const char *const main_schema[] = {
    /* A stream's position: everything before `next` of this epoch is on the disk. */
    "CREATE TABLE position(node TEXT NOT NULL, stream INTEGER NOT NULL, epoch INTEGER NOT NULL,"
    " next INTEGER NOT NULL, PRIMARY KEY(node, stream)) WITHOUT ROWID;"
    /* gap: numbers that never came, because the node's spool had to drop them. */
    "CREATE TABLE node(node TEXT PRIMARY KEY, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
    " stored INTEGER NOT NULL DEFAULT 0, duplicates INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0,"
    " gap INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    /* received: when the day last got an event; retention counts from then. */
    "CREATE TABLE day(day INTEGER PRIMARY KEY, received INTEGER NOT NULL);"
    /* Lines that were no events: the last of them, for the one who looks for the cause. */
    "CREATE TABLE refused(number INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, time INTEGER NOT NULL,"
    " reason TEXT NOT NULL, line BLOB NOT NULL);"
    /* words: the searchable words of alerts. Alerts of one rule share them, so there are few, and a search looks
     * through these and not through the alerts. */
    "CREATE TABLE words(words INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE VIRTUAL TABLE words_index USING fts5(text, content='words', content_rowid='words', tokenize='trigram',"
    " detail='none');"
    /* changed: one sequence over arrivals and changes of alerts and devices; the cursor of the live stream. */
    "CREATE TABLE alert(number INTEGER PRIMARY KEY AUTOINCREMENT, changed INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, "
    "severity INTEGER NOT NULL,"
    " state INTEGER NOT NULL DEFAULT 0, rule TEXT NOT NULL, category TEXT NOT NULL, source TEXT NOT NULL,"
    " target TEXT NOT NULL, sensor TEXT NOT NULL, protocol TEXT NOT NULL, words INTEGER NOT NULL,"
    " assignee TEXT NOT NULL DEFAULT '', item TEXT NOT NULL);"
    "CREATE INDEX alert_changed ON alert(changed);"
    "CREATE INDEX alert_state ON alert(state, severity, id);"
    "CREATE INDEX alert_rule ON alert(rule, id);"
    "CREATE INDEX alert_source ON alert(source, id);"
    "CREATE INDEX alert_target ON alert(target, id);"
    "CREATE TABLE alert_step(alert INTEGER NOT NULL REFERENCES alert(number) ON DELETE CASCADE, time INTEGER NOT NULL,"
    " user TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL, comment TEXT NOT NULL);"
    "CREATE INDEX alert_step_alert ON alert_step(alert);"
    /* seen: of the event that made the row; an older one does not replace it. */
    "CREATE TABLE device(device INTEGER PRIMARY KEY, changed INTEGER NOT NULL, sensor TEXT NOT NULL,"
    " key TEXT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, seen TEXT NOT NULL, words TEXT NOT NULL,"
    " item TEXT NOT NULL, asset TEXT NOT NULL, UNIQUE(sensor, key));"
    "CREATE INDEX device_changed ON device(changed);",
    /* What waits for the parent, and what has left. first: the oldest number that waits. */
    "CREATE TABLE outbox(stream INTEGER NOT NULL, number INTEGER NOT NULL, line TEXT NOT NULL,"
    " PRIMARY KEY(stream, number)) WITHOUT ROWID;"
    "CREATE TABLE outbox_stream(stream INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, first INTEGER NOT NULL,"
    " next INTEGER NOT NULL, dropped INTEGER NOT NULL);"
    "CREATE TABLE ledger(number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, stream INTEGER NOT NULL,"
    " epoch INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, policy TEXT NOT NULL, hash BLOB NOT "
    "NULL);"
    /* Items from the parent, and items for the nodes below. number: the parent's own; verified: the signature is good.
     */
    "CREATE TABLE inbox(number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
    " issuer TEXT NOT NULL, verified INTEGER NOT NULL, received INTEGER NOT NULL, signature BLOB NOT NULL,"
    " json BLOB NOT NULL);"
    "CREATE TABLE inbox_position(parent TEXT PRIMARY KEY, epoch INTEGER NOT NULL, next INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE item(item INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
    " issuer TEXT NOT NULL, created INTEGER NOT NULL, signature BLOB NOT NULL, json BLOB NOT NULL);"
    "CREATE TABLE item_node(node TEXT NOT NULL, number INTEGER NOT NULL, item INTEGER NOT NULL REFERENCES item(item),"
    " acknowledged INTEGER, PRIMARY KEY(node, number)) WITHOUT ROWID;"
    "CREATE TABLE item_epoch(epoch INTEGER NOT NULL);"
    "INSERT INTO item_epoch VALUES(CAST(strftime('%s','now') AS INTEGER)*1000);",
    NULL,
};
