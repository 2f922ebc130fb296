/* SPDX-License-Identifier: Apache-2.0 */
/* What the forecasts with precursors were worth: each asset's months, forecast at their beginning, against what came.
 */
#ifndef WANGLOU_TOOL_FAILURE_BACKTEST_H
#define WANGLOU_TOOL_FAILURE_BACKTEST_H

#include "common/fault.h"

#include <stdio.h>

/* Events as `wanglou failures table` takes them; all of them, in the order they came. */
bool failure_backtest(const char *path, bool as_json, FILE *out, struct fault *fault);

#endif
