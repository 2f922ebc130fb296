// SPDX-License-Identifier: Apache-2.0
// The filters of the incidents' inbox, in the page's address, and what the collector is asked for.
import type { LocationQuery } from 'vue-router'
import type { IncidentState } from '@/api/types'

export const incidentViews = ['open', 'pending', 'closed', 'all'] as const

export interface IncidentFilters {
  state: IncidentState | 'all'
  severity: string[]
  ip: string
}

const one = (value: LocationQuery[string] | undefined): string => (typeof value === 'string' ? value : '')

export function incidentFiltersOf(address: LocationQuery): IncidentFilters {
  const state = one(address.state) as IncidentFilters['state']
  return {
    state: incidentViews.includes(state) ? state : 'open',
    severity: one(address.severity).split(',').filter((level) => /^[1-4]$/.test(level)),
    ip: one(address.ip),
  }
}

export function incidentAddressOf(filters: IncidentFilters): Record<string, string> {
  const all = { state: filters.state === 'open' ? '' : filters.state, severity: [...filters.severity].sort().join(','), ip: filters.ip }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value))
}

export function incidentAskOf(filters: IncidentFilters): Record<string, string | string[]> {
  return { ...filters, state: filters.state === 'all' ? '' : filters.state }
}
