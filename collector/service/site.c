/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of site.h in control.db. */
#include "collector/service/site.h"

#include <stdio.h>
#include <string.h>

#define X(id, name, kind, most, zh, en) name,
const char *const site_setting_name[SITE_SETTING_COUNT] = {SITE_SETTINGS(X)};
#undef X
#define X(id, name, plant, above) {name, plant, above},
const struct site_duty_row site_duties[SITE_DUTY_COUNT] = {SITE_DUTIES(X)};
#undef X
#define X(id, name, plant, above) name,
const char *const site_duty_name[] = {SITE_DUTIES(X) NULL};
#undef X
const char *const site_level_name[] = {"plant", "district", "city", NULL};

const struct schema control_schema_site = {
    "site",
    (const char *const[]){"CREATE TABLE site(name TEXT PRIMARY KEY, value TEXT NOT NULL, user TEXT NOT NULL,"
                          " changed INTEGER NOT NULL) WITHOUT ROWID;"
                          "CREATE TABLE site_person(duty TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL,"
                          " user TEXT NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;",
                          NULL}};

/* Calls back for each row of text columns. */
static bool each(sqlite3 *database, const char *sql, void (*row)(struct site *site, sqlite3_stmt *row),
                 struct site *site, struct fault *fault)
{
    int result;
    sqlite3_stmt *select = database_prepare(database, sql, fault);
    if (!select) return false;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) row(site, select);
    sqlite3_finalize(select);
    return result == SQLITE_DONE || database_fault(database, fault, "reading what this node says of itself");
}

static void take_setting(struct site *site, sqlite3_stmt *row)
{
    for (unsigned i = 0; i < SITE_SETTING_COUNT; i++)
        if (strcmp(database_text(row, 0), site_setting_name[i]) == 0)
            snprintf(site->settings[i], sizeof site->settings[i], "%s", database_text(row, 1));
}

static void take_person(struct site *site, sqlite3_stmt *row)
{
    for (unsigned i = 0; i < SITE_DUTY_COUNT; i++) {
        struct site_person *p = &site->people[i];
        if (strcmp(database_text(row, 0), site_duties[i].name) != 0) continue;
        snprintf(p->name, sizeof p->name, "%s", database_text(row, 1));
        snprintf(p->phone, sizeof p->phone, "%s", database_text(row, 2));
    }
}

bool site_read(struct control *control, struct site *site, struct fault *fault)
{
    *site = (struct site){0};
    sqlite3 *database = control_lock(control);
    bool good = each(database, "SELECT name, value FROM site", take_setting, site, fault) &&
                each(database, "SELECT duty, name, phone FROM site_person", take_person, site, fault);
    control_unlock(control);
    return good;
}

bool site_put(struct control *control, enum site_setting setting, const char *value, const char *user, int64_t now_us,
              struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    bool good = database_run(database, fault, "INSERT OR REPLACE INTO site VALUES(?,?,?,?)", "sssi",
                             site_setting_name[setting], value, user, now_us);
    control_unlock(control);
    return good;
}

bool site_put_person(struct control *control, enum site_duty duty, const char *name, const char *phone,
                     const char *user, int64_t now_us, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    bool good = database_run(database, fault, "INSERT OR REPLACE INTO site_person VALUES(?,?,?,?,?)", "ssssi",
                             site_duties[duty].name, name, phone, user, now_us);
    control_unlock(control);
    return good;
}

static bool is_plant(const struct site *site)
{
    return !*site->settings[SITE_LEVEL] || strcmp(site->settings[SITE_LEVEL], site_level_name[0]) == 0;
}

/* A city's own node has no industry. */
bool site_identified(const struct site *site)
{
    return *site->settings[SITE_NAME] && *site->settings[SITE_REGION] && *site->settings[SITE_LEVEL] &&
           (*site->settings[SITE_INDUSTRY] || !is_plant(site));
}

bool site_people_named(const struct site *site)
{
    for (unsigned i = 0; i < SITE_DUTY_COUNT; i++)
        if ((is_plant(site) ? site_duties[i].plant : site_duties[i].above) &&
            (!*site->people[i].name || !*site->people[i].phone))
            return false;
    return true;
}
