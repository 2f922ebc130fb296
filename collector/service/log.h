/* SPDX-License-Identifier: Apache-2.0 */
/* One line to standard error for the one who runs the collector; systemd's priorities in front when it listens. */
#ifndef WANGLOU_COLLECTOR_SERVICE_LOG_H
#define WANGLOU_COLLECTOR_SERVICE_LOG_H

enum log_level { LOG_LINE_ERROR = 3, LOG_LINE_WARNING = 4, LOG_LINE_NOTICE = 5 };

void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
