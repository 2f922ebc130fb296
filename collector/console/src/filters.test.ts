// SPDX-License-Identifier: Apache-2.0
// Filters survive the trip through the address, and live alerts go only where they belong.
import { expect, test } from 'vitest'
import type { AlertItem } from './api/types'
import { addressOf, askOf, belongs, filtersOf } from './filters'

const alert = { id: '1', time: '', severity: 2, rule: 'wl-s7-0001', state: 'open', sensor: 'a', src_ip: '10.0.0.1', dest_ip: '10.0.0.2', source: { ip: '10.0.0.1' } } as unknown as AlertItem

test('the address carries the filters and nothing else', () => {
  const address = { state: 'closed', severity: '1,3', rule: 'wl-s7-0001', ip: '10.0.0.1', q: '停机', range: 'day' }
  expect(addressOf(filtersOf(address))).toEqual(address)
  expect(addressOf(filtersOf({}))).toEqual({})
  expect(addressOf(filtersOf({ state: 'nonsense', severity: '9,x', range: 'never' }))).toEqual({})
})

test('what the collector is asked for', () => {
  const now = Date.UTC(2026, 10, 24, 6)
  expect(askOf(filtersOf({}), now).state).toBe('open')
  expect(askOf(filtersOf({ state: 'all' }), now).state).toBe('')
  expect(askOf(filtersOf({ range: 'hour' }), now).since).toBe('2026-11-24T05:00:00.000Z')
  expect(askOf(filtersOf({ range: 'custom', since: '2026-11-01T00:00:00.000Z' }), now).since).toBe('2026-11-01T00:00:00.000Z')
})

test('an arrival belongs only where every filter says so', () => {
  expect(belongs(alert, filtersOf({}))).toBe(true)
  expect(belongs(alert, filtersOf({ severity: '1,2', ip: '10.0.0.2' }))).toBe(true)
  expect(belongs(alert, filtersOf({ severity: '1' }))).toBe(false)
  expect(belongs(alert, filtersOf({ ip: '10.0.0.9' }))).toBe(false)
  expect(belongs(alert, filtersOf({ state: 'closed' }))).toBe(false)
  expect(belongs(alert, filtersOf({ q: 'text' }))).toBe(false)
})
