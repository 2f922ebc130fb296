// SPDX-License-Identifier: Apache-2.0
// Who talks with whom: flow records, devices and alerts folded into machines and links, and the machines' places by Purdue level.
import type { AlertItem, DeviceItem, EventRecord } from '@/api/types'
import { pairOperations } from '@/operations'

export interface Link {
  client: string
  server: string
  protocols: Set<string>
  packets: number
  bytes: number
  operations: number
  last: string
  /** Alerts between the two that are not closed. */
  alerts: number
}

export interface Machine {
  address: string
  device?: DeviceItem
  level: Level
  packets: number
}

export type Level = 0 | 1 | 2 | 3

const levelOfRole: Record<string, Level> = {
  controller: 1, plc: 1, rtu: 1, dcs: 1, slave: 1, outstation: 1, ied: 1, drive: 1, 'io device': 1,
  master: 2, hmi: 2, scada: 2, 'engineering station': 2, historian: 2, gateway: 2,
}

/** RFC 1918, link-local and unique local addresses stay inside; everything else comes from outside the plant. */
export function isInside(address: string): boolean {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(address)) return true
  if (address.includes(':')) return /^(fe[89ab]|f[cd])/i.test(address)
  return /^(10\.|192\.168\.|169\.254\.|127\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address)
}

const pair = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

const empty = (client: string, server: string): Link => ({ client, server, protocols: new Set<string>(), packets: 0, bytes: 0, operations: 0, last: '', alerts: 0 })

/** A connection that never ends has no flow record yet: its operations, and its alerts, show it all the same. */
export function linksOf(flows: EventRecord[], alerts: AlertItem[], operations: EventRecord[] = []): Link[] {
  const links = new Map<string, Link>()
  for (const event of flows) {
    const client = event.src_ip ?? event.src_mac
    const server = event.dest_ip ?? event.dest_mac
    if (!client || !server || !event.flow) continue
    const key = `${client} ${server}`
    const link = links.get(key) ?? empty(client, server)
    const { flow } = event
    links.set(key, link)
    if (event.app_proto) link.protocols.add(event.app_proto)
    link.packets += (flow.pkts_toserver ?? 0) + (flow.pkts_toclient ?? 0)
    link.bytes += (flow.bytes_toserver ?? 0) + (flow.bytes_toclient ?? 0)
    link.operations += Object.values(flow.operations ?? {}).reduce((sum, n) => sum + n, 0)
    const end = flow.end ?? event.timestamp
    if (end > link.last) link.last = end
  }
  const told = new Set([...links.values()].map((link) => pair(link.client, link.server)))
  for (const { from, to, timestamp, ot } of pairOperations(operations)) {
    if (!from || !to || told.has(pair(from, to))) continue
    const link = links.get(`${from} ${to}`) ?? empty(from, to)
    links.set(`${from} ${to}`, link)
    link.protocols.add(ot.protocol)
    link.operations += 1
    if (timestamp > link.last) link.last = timestamp
  }
  const shown = new Set([...links.values()].map((link) => pair(link.client, link.server)))
  const between = new Map<string, number>()
  for (const alert of alerts) {
    const source = alert.source?.ip ?? alert.src_ip ?? alert.source?.mac
    const target = alert.target?.ip ?? alert.dest_ip ?? alert.target?.mac
    if (!source || !target) continue
    if (!shown.has(pair(source, target))) {
      const link = links.get(`${source} ${target}`) ?? empty(source, target)
      links.set(`${source} ${target}`, link)
      if (alert.app_proto) link.protocols.add(alert.app_proto)
      if (alert.time > link.last) link.last = alert.time
    }
    between.set(pair(source, target), (between.get(pair(source, target)) ?? 0) + 1)
  }
  for (const link of links.values()) link.alerts = between.get(pair(link.client, link.server)) ?? 0
  return [...links.values()].sort((a, b) => b.alerts - a.alerts || b.packets - a.packets)
}

/** The busiest machines of the links, each with its level; subnets stand together. */
export function machinesOf(links: Link[], devices: DeviceItem[], most: number): Machine[] {
  const known = new Map(devices.flatMap((device) => [device.address, device.mac].filter((one) => one !== undefined).map((one) => [one, device] as const)))
  const machines = new Map<string, Machine>()
  for (const link of links)
    for (const address of [link.client, link.server]) {
      const device = known.get(address)
      const machine = machines.get(address) ?? { address, device, level: isInside(address) ? (levelOfRole[device?.role ?? ''] ?? 0) : 3, packets: 0 }
      machine.packets += link.packets
      machines.set(address, machine)
    }
  return [...machines.values()].sort((a, b) => b.packets - a.packets).slice(0, most).sort((a, b) => order(a.address).localeCompare(order(b.address)))
}

/** Dotted numbers padded, so that they sort as numbers do. */
function order(address: string): string {
  return address.split('.').map((part) => part.padStart(3, '0')).join('.')
}

/** Places in a picture of the given width: one band a level, long levels in several rows. */
export function placesOf(machines: Machine[], width: number): { x: Map<string, [number, number]>; bands: { level: Level; y: number; height: number }[]; height: number } {
  const perRow = Math.max(4, Math.floor(width / 130))
  const rowHeight = 92
  const x = new Map<string, [number, number]>()
  const bands: { level: Level; y: number; height: number }[] = []
  let y = 0
  for (const level of [3, 2, 1, 0] as const) {
    const here = machines.filter((machine) => machine.level === level)
    if (!here.length) continue
    const rows = Math.ceil(here.length / perRow)
    here.forEach((machine, i) => {
      const row = Math.floor(i / perRow)
      const inRow = row === rows - 1 ? here.length - row * perRow : perRow
      x.set(machine.address, [((i % perRow) + 0.5) * (width / inRow), y + 34 + row * rowHeight + rowHeight / 2 - 14])
    })
    bands.push({ level, y, height: rows * rowHeight + 34 })
    y += rows * rowHeight + 34
  }
  return { x, bands, height: y }
}
