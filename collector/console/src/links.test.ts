// SPDX-License-Identifier: Apache-2.0
// Rows become links, machines stand on their level and in their zone, and what crosses levels is told.
import { expect, test } from 'vitest'
import type { DeviceItem, LinkItem } from './api/types'
import { breachOf, drawn, isGroup, isInside, linksOf, machinesOf, markBreaches, placesOf, type Level } from './links'

const row = (source: string, target: string, packets: number, more: Partial<LinkItem> = {}) =>
  ({ sensor: 's', source, target, protocol: 'modbus', first: '1', last: '1', operations: { read: 2 }, flows: 1, packets, bytes: 10, alerts: 0, ...more }) as LinkItem
const rows = [row('10.0.0.9', '10.0.0.2', 6), row('10.0.0.2', '10.0.0.9', 7, { protocol: 's7comm', last: '3', alerts: 1 }), row('8.8.8.8', '10.0.0.9', 1), row('10.0.0.9', '224.0.0.251', 9)]
const devices = [{ address: '10.0.0.2', level: 1, zone: 'line 1' } as DeviceItem, { address: '10.0.0.9', level: 2, zone: 'supervision' } as DeviceItem]

test('rows of a pair add up whatever their direction and protocol; a group address is no machine', () => {
  const links = linksOf(rows)
  expect(links).toHaveLength(2)
  expect(links[0]).toMatchObject({ client: '10.0.0.9', server: '10.0.0.2', packets: 13, bytes: 20, operations: 4, last: '3', alerts: 1 })
  expect([...links[0]!.protocols]).toEqual(['modbus', 's7comm'])
  expect(links[1]).toMatchObject({ client: '8.8.8.8', alerts: 0 })
})

test('levels and zones are the sensor’s own; what is outside of the plant stands above', () => {
  const links = linksOf(rows)
  const machines = drawn(links, machinesOf(links, devices), 10)
  expect(machines.map(({ address, level, zone }) => [address, level, zone])).toEqual([['8.8.8.8', 5, ''], ['10.0.0.9', 2, 'supervision'], ['10.0.0.2', 1, 'line 1']])
  const places = placesOf(machines, 1000)
  expect(places.bands.map(({ level }) => level)).toEqual([5, 2, 1])
  expect(places.at.get('8.8.8.8')![1]).toBeLessThan(places.at.get('10.0.0.9')![1])
  expect(places.at.get('10.0.0.9')![1]).toBeLessThan(places.at.get('10.0.0.2')![1])
})

test.each<[Level, Level, string | undefined]>([[1, 2, undefined], [2, 3, undefined], [1, 3, 'skip'], [0, 2, 'skip'], [4, 1, 'office'], [2, 4, 'office'], [3, 4, undefined], [1, 5, 'public'], [5, 4, 'public'], [5, 5, undefined], [-1, 5, undefined], [1, -1, undefined]])('level %s to %s: %s', (a, b, breach) => {
  expect(breachOf(a, b)).toBe(breach)
})

test('marked machines are drawn before busier ones', () => {
  const all = linksOf([...rows, row('10.0.0.50', '10.0.0.51', 900)])
  const machines = machinesOf(all, devices)
  const marked = markBreaches(all, machines)
  expect(marked.find((link) => link.client === '8.8.8.8')!.breach).toBe('public')
  expect(drawn(marked, machines, 3).map(({ address }) => address)).toEqual(['8.8.8.8', '10.0.0.9', '10.0.0.2'])
})

test('no two machines share a place, and all lie within the picture', () => {
  const many = Array.from({ length: 60 }, (_, n) => ({ address: `10.0.0.${n}`, level: (n % 6) as Level, zone: `zone ${n % 7}`, packets: 1 }))
  const places = placesOf(many, 1100)
  expect(new Set([...places.at.values()].map(String)).size).toBe(60)
  for (const [x, y] of places.at.values()) expect(x > 0 && x < 1100 && y > 0 && y < places.height).toBe(true)
})

test.each([['10.1.2.3', true], ['172.16.0.1', true], ['172.32.0.1', false], ['192.168.1.1', true], ['8.8.8.8', false], ['fe80::1', true], ['2001:db8::1', false], ['00:1b:1b:a2:51:15', true]])('%s inside: %s', (address, inside) => {
  expect(isInside(address)).toBe(inside)
})
test.each([['239.1.2.3', true], ['255.255.255.255', true], ['ff02::1', true], ['01:0c:cd:01:00:00', true], ['10.0.0.1', false], ['00:1b:1b:a2:51:15', false]])('%s is a group: %s', (address, group) => {
  expect(isGroup(address)).toBe(group)
})
