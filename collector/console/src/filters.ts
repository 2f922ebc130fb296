// SPDX-License-Identifier: Apache-2.0
// The inbox's filters: they live in the page's address, so that a view can be kept as a bookmark or sent to a colleague.
import type { LocationQuery } from 'vue-router'
import type { AlertItem, AlertState } from '@/api/types'

export const views = ['open', 'acknowledged', 'escalated', 'closed', 'all'] as const
export const ranges = { hour: 3600, day: 86400, week: 7 * 86400, month: 30 * 86400 } as const
export type Range = keyof typeof ranges | 'all' | 'custom'

export interface AlertFilters {
  state: AlertState | 'all'
  severity: string[]
  rule: string
  ip: string
  sensor: string
  q: string
  /** Number of the incident whose alerts are listed. */
  incident: string
  range: Range
  since: string
  until: string
}

const one = (value: LocationQuery[string] | undefined): string => (typeof value === 'string' ? value : '')

export function filtersOf(address: LocationQuery): AlertFilters {
  const state = one(address.state) as AlertFilters['state']
  const range = one(address.range) as Range
  return {
    state: views.includes(state) ? state : 'open',
    severity: one(address.severity).split(',').filter((level) => /^[1-4]$/.test(level)),
    rule: one(address.rule),
    ip: one(address.ip),
    sensor: one(address.sensor),
    q: one(address.q),
    incident: /^\d+$/.test(one(address.incident)) ? one(address.incident) : '',
    range: range in ranges || range === 'custom' ? range : 'all',
    since: one(address.since),
    until: one(address.until),
  }
}

/** The address that stands for the filters; what is at its default is left out. */
export function addressOf(filters: AlertFilters): Record<string, string> {
  const custom = filters.range === 'custom'
  const all: Record<string, string> = {
    state: filters.state === 'open' ? '' : filters.state,
    severity: [...filters.severity].sort().join(','),
    rule: filters.rule,
    ip: filters.ip,
    sensor: filters.sensor,
    q: filters.q,
    incident: filters.incident,
    range: filters.range === 'all' ? '' : filters.range,
    since: custom ? filters.since : '',
    until: custom ? filters.until : '',
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value))
}

/** What the collector is asked for. */
export function askOf(filters: AlertFilters, now = Date.now()): Record<string, string | string[]> {
  const seconds = filters.range in ranges ? ranges[filters.range as keyof typeof ranges] : 0
  return {
    state: filters.state === 'all' ? '' : filters.state,
    suppressed: filters.state === 'open' ? 'false' : '',
    severity: filters.severity,
    rule: filters.rule,
    ip: filters.ip,
    sensor: filters.sensor,
    q: filters.q,
    incident: filters.incident,
    since: seconds ? new Date(now - seconds * 1000).toISOString() : filters.range === 'custom' ? filters.since : '',
    until: filters.range === 'custom' ? filters.until : '',
  }
}

/** Does a newly arrived alert belong into the list as filtered? Text search is the collector's business: such a list is not added to. */
export function belongs(alert: AlertItem, filters: AlertFilters): boolean {
  if (filters.q || filters.incident || alert.suppressed || filters.range === 'custom') return false
  const addresses = [alert.src_ip, alert.dest_ip, alert.source?.ip, alert.target?.ip]
  return (
    (filters.state === 'all' || filters.state === alert.state) &&
    (!filters.severity.length || filters.severity.includes(String(alert.severity))) &&
    (!filters.rule || filters.rule === alert.rule) &&
    (!filters.sensor || `${alert.sensor}/`.startsWith(`${filters.sensor}/`)) &&
    (!filters.ip || addresses.includes(filters.ip))
  )
}

export function anyFilter(filters: AlertFilters): boolean {
  return Boolean(filters.severity.length || filters.rule || filters.ip || filters.sensor || filters.q || filters.incident || filters.range !== 'all')
}
