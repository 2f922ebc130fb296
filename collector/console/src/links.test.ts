// SPDX-License-Identifier: Apache-2.0
// Flows become links, and machines stand on their level.
import { expect, test } from 'vitest'
import type { AlertItem, DeviceItem, EventRecord } from './api/types'
import { isInside, linksOf, machinesOf, placesOf } from './links'

const flow = (src_ip: string, dest_ip: string, packets: number, end: string) =>
  ({ id: end, timestamp: end, event_type: 'flow', sensor: 's', src_ip, dest_ip, app_proto: 'modbus', flow: { pkts_toserver: packets, pkts_toclient: 1, bytes_toserver: 10, operations: { 'modbus.read_coils': 2 }, end } }) as EventRecord
const flows = [flow('10.0.0.9', '10.0.0.2', 5, '1'), flow('10.0.0.9', '10.0.0.2', 6, '3'), flow('8.8.8.8', '10.0.0.9', 1, '2')]

test('flows of a pair add up, and alerts are seen whichever side commanded', () => {
  const links = linksOf(flows, [{ src_ip: '10.0.0.2', dest_ip: '10.0.0.9' } as AlertItem])
  expect(links).toHaveLength(2)
  expect(links[0]).toMatchObject({ client: '10.0.0.9', server: '10.0.0.2', packets: 13, bytes: 20, operations: 4, last: '3', alerts: 1 })
  expect(links[1]).toMatchObject({ client: '8.8.8.8', alerts: 0 })
})

test('operations and alerts show a connection that has no flow record yet, and are not counted twice', () => {
  const operation = (src_ip: string, dest_ip: string, pcap_cnt: number) => ({ id: `${pcap_cnt}`, timestamp: '5', event_type: 'ot', sensor: 's', flow_id: 1, src_ip, dest_ip, pcap_cnt, ot: { protocol: 's7comm', class: 'write', role: 'request' } }) as EventRecord
  const links = linksOf(flows, [{ src_ip: '10.0.0.7', dest_ip: '10.0.0.2', time: '6' } as AlertItem], [operation('10.0.0.9', '10.0.0.2', 1), operation('10.0.0.5', '10.0.0.2', 2), operation('10.0.0.5', '10.0.0.2', 3)])
  const of = (client: string) => links.find((link) => link.client === client)
  expect(links).toHaveLength(4)
  expect(of('10.0.0.9')!.operations).toBe(4)
  expect(of('10.0.0.5')).toMatchObject({ server: '10.0.0.2', operations: 2, packets: 0, last: '5' })
  expect(of('10.0.0.7')).toMatchObject({ alerts: 1, last: '6' })
})

test('levels by role; what is outside of the plant stands above', () => {
  const machines = machinesOf(linksOf(flows, []), [{ address: '10.0.0.2', role: 'plc' } as DeviceItem, { address: '10.0.0.9', role: 'master' } as DeviceItem], 10)
  expect(machines.map(({ address, level }) => [address, level])).toEqual([['8.8.8.8', 3], ['10.0.0.2', 1], ['10.0.0.9', 2]])
  const places = placesOf(machines, 1000)
  expect(places.bands.map(({ level }) => level)).toEqual([3, 2, 1])
  expect(places.x.get('8.8.8.8')![1]).toBeLessThan(places.x.get('10.0.0.9')![1])
  expect(places.x.get('10.0.0.9')![1]).toBeLessThan(places.x.get('10.0.0.2')![1])
})

test('the quietest machines are left out when there are too many', () => {
  expect(machinesOf(linksOf(flows, []), [], 2).map(({ address }) => address)).toEqual(['10.0.0.2', '10.0.0.9'])
})

test.each([['10.1.2.3', true], ['172.16.0.1', true], ['172.32.0.1', false], ['192.168.1.1', true], ['8.8.8.8', false], ['fe80::1', true], ['2001:db8::1', false], ['00:1b:1b:a2:51:15', true]])('%s inside: %s', (address, inside) => {
  expect(isInside(address)).toBe(inside)
})
