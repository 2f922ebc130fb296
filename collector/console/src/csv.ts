// SPDX-License-Identifier: Apache-2.0
// Comma-separated values (RFC 4180), with the byte order mark that spreadsheets need for Chinese.
/** A column's name and what it takes from an item. */
export type Column<T> = [string, (item: T) => unknown]

/** A spreadsheet must not run what came from the wire as a formula. */
function cell(value: unknown): string {
  const flat = Array.isArray(value) ? value.join(' ') : value === null || value === undefined ? '' : String(value)
  const safe = /^[=+\-@\t\r]/.test(flat) && Number.isNaN(Number(flat)) ? `'${flat}` : flat
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

export function csvOf<T>(columns: Column<T>[], items: T[]): string {
  const rows = [columns.map(([title]) => cell(title)), ...items.map((item) => columns.map(([, of]) => cell(of(item))))]
  return `\ufeff${rows.map((row) => row.join(',')).join('\r\n')}\r\n`
}
