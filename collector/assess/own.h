/* SPDX-License-Identifier: Apache-2.0 */
/* SQL conditions over the column `sensor` of main.db: what is this node's own, and who are the nodes directly below. */
#ifndef WANGLOU_COLLECTOR_ASSESS_OWN_H
#define WANGLOU_COLLECTOR_ASSESS_OWN_H

#include "collector/service/uploads.h"

/* Of a sensor of this node's, and no exercise. */
#define ASSESS_OWN " wl_in_scope(sensor) AND instr(sensor,'/')=0 AND sensor NOT GLOB '" UPLOAD_EXERCISE "*'"

/* The last summary of each node directly below: "plant-a/self". */
#define ASSESS_BELOW                                                                                                   \
    " FROM state WHERE type='summary' AND key='summary' AND wl_in_scope(sensor) AND instr(sensor,'/')>0"               \
    " AND instr(substr(sensor,instr(sensor,'/')+1),'/')=0"

/* Of an exposure's object: what it says, or the level of its score (FIRST CVSS v3.1, 5; GB/T 30279 has the same words).
 */
#define ASSESS_SEVERITY                                                                                                \
    "coalesce(json_extract(object,'$.severity'), CASE WHEN json_extract(object,'$.cvss') IS NULL THEN ''"              \
    " WHEN CAST(json_extract(object,'$.cvss') AS REAL)>=9 THEN 'critical'"                                             \
    " WHEN CAST(json_extract(object,'$.cvss') AS REAL)>=7 THEN 'high'"                                                 \
    " WHEN CAST(json_extract(object,'$.cvss') AS REAL)>=4 THEN 'medium' ELSE 'low' END)"

#endif
