// SPDX-License-Identifier: Apache-2.0
// How times and numbers are written, in the officer's time zone and language.
import { language, t } from '@/words'

const two = (n: number): string => String(n).padStart(2, '0')

/** ISO 8601 as the events carry it, "+0000" included, to a Date. */
export function dateOf(iso: string): Date {
  return new Date(iso.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
}

export function clock(iso: string): string {
  const d = dateOf(iso)
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
}

export function day(iso: string): string {
  const d = dateOf(iso)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
}

export function dateTime(iso: string | null | undefined): string {
  return iso ? `${day(iso)} ${clock(iso)}` : t('time.never')
}

/** Today only the clock, otherwise the date too. */
export function shortTime(iso: string, now = new Date()): string {
  const d = dateOf(iso)
  if (d.toDateString() === now.toDateString()) return clock(iso)
  const date = d.getFullYear() === now.getFullYear() ? `${two(d.getMonth() + 1)}-${two(d.getDate())}` : day(iso)
  return `${date} ${clock(iso)}`
}

export function ago(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return t('time.never')
  const minutes = Math.floor((now - dateOf(iso).getTime()) / 60000)
  if (minutes < 1) return t('time.justNow')
  if (minutes < 60) return t('time.minutes', { n: minutes })
  if (minutes < 48 * 60) return t('time.hours', { n: Math.floor(minutes / 60) })
  return t('time.days', { n: Math.floor(minutes / 1440) })
}

export function count(n: number): string {
  return new Intl.NumberFormat(language.value === 'zh' ? 'zh-CN' : 'en').format(n)
}

/** Octets to the unit that reads best. */
export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, n > 0 ? Math.floor(Math.log2(n) / 10) : 0)
  return `${(n / 1024 ** power).toFixed(power ? 1 : 0)} ${units[power]}`
}

/** Seconds to the unit that reads best. */
export function duration(seconds: number): string {
  if (seconds < 0.001) return `${(seconds * 1e6).toFixed(0)} µs`
  if (seconds < 1) return `${(seconds * 1e3).toFixed(1)} ms`
  return `${seconds.toFixed(2)} s`
}

/** Hours to the unit that reads best. */
export function hours(n: number | undefined): string {
  return n === undefined ? '–' : n < 1 ? t('failures.minutes', { n: (n * 60).toFixed(1) }) : n < 48 ? t('failures.hours', { n: n.toFixed(1) }) : t('failures.days', { n: (n / 24).toFixed(1) })
}

export function percent(share: number | undefined, digits = 0): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(digits)} %`
}
