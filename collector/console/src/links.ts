// SPDX-License-Identifier: Apache-2.0
// Who talks with whom: the collector's links folded into machines and pairs, the machines' places by Purdue level and zone, and the pairs that cross levels they should not.
import type { DeviceItem, LinkItem } from '@/api/types'

/** From the worst to the least: to the internet, office to control, over a level. */
export type Breach = 'public' | 'office' | 'skip'

export interface Link {
  client: string
  server: string
  protocols: Set<string>
  packets: number
  bytes: number
  operations: number
  last: string
  alerts: number
  breach?: Breach
}

/** Purdue reference model (IEC 62264-1): 0 the process itself to 4 office, 5 outside; -1: the sensor cannot tell. */
export type Level = -1 | 0 | 1 | 2 | 3 | 4 | 5
export const levels: readonly Level[] = [5, 4, 3, 2, 1, 0, -1]

export interface Machine {
  address: string
  device?: DeviceItem
  level: Level
  zone: string
  packets: number
}

/** RFC 1918, link-local and unique local addresses stay inside; everything else comes from outside the plant. */
export function isInside(address: string): boolean {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(address)) return true
  if (address.includes(':')) return /^(fe[89ab]|f[cd])/i.test(address)
  return /^(10\.|192\.168\.|169\.254\.|127\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address)
}

/** Multicast and broadcast addresses are no machines. */
export function isGroup(address: string): boolean {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(address)) return (parseInt(address.slice(0, 2), 16) & 1) === 1
  return /^(22[4-9]|23\d)\.|^255\.255\.255\.255$|^0\.0\.0\.0$|^ff/i.test(address)
}

/** The rows of one pair become one link; which side first spoke is the busier row's. */
export function linksOf(rows: LinkItem[]): Link[] {
  const links = new Map<string, Link>()
  for (const row of rows) {
    if (isGroup(row.source) || isGroup(row.target)) continue
    const key = row.source < row.target ? `${row.source} ${row.target}` : `${row.target} ${row.source}`
    const link = links.get(key) ?? { client: row.source, server: row.target, protocols: new Set<string>(), packets: 0, bytes: 0, operations: 0, last: '', alerts: 0 }
    links.set(key, link)
    if (row.protocol) link.protocols.add(row.protocol)
    link.packets += row.packets
    link.bytes += row.bytes
    link.operations += Object.values(row.operations ?? {}).reduce((sum, n) => sum + n, 0)
    link.alerts += row.alerts
    if (row.last > link.last) link.last = row.last
  }
  return [...links.values()].sort((a, b) => b.alerts - a.alerts || b.packets - a.packets)
}

function machineOf(address: string, device: DeviceItem | undefined): Machine {
  const level = device?.level ?? (isInside(address) ? -1 : 5)
  return { address, device, level: levels.find((one) => one === level) ?? -1, zone: device?.zone ?? '', packets: 0 }
}

/** All machines of the links, by address. */
export function machinesOf(links: Link[], devices: DeviceItem[]): Map<string, Machine> {
  const known = new Map(devices.flatMap((device) => [device.address, device.mac].filter((one) => one !== undefined).map((one) => [one, device] as const)))
  const machines = new Map<string, Machine>()
  for (const link of links)
    for (const address of [link.client, link.server]) {
      const machine = machines.get(address) ?? machineOf(address, known.get(address))
      machine.packets += link.packets
      machines.set(address, machine)
    }
  return machines
}

/** Control has no business with the internet, none with the office, and a level speaks with its neighbours. */
export function breachOf(a: Level, b: Level): Breach | undefined {
  const [low, high] = a < b ? [a, b] : [b, a]
  if (low < 0) return undefined
  if (high === 5 && low < 5) return 'public'
  if (high === 4 && low <= 2) return 'office'
  return high - low >= 2 ? 'skip' : undefined
}

export function markBreaches(links: Link[], machines: Map<string, Machine>): Link[] {
  return links.map((link) => ({ ...link, breach: breachOf(machines.get(link.client)!.level, machines.get(link.server)!.level) }))
}

/** The machines to draw: those of marked links, then the busiest; by level, zone and address. */
export function drawn(links: Link[], machines: Map<string, Machine>, most: number): Machine[] {
  const marked = new Set(links.filter((link) => link.breach || link.alerts).flatMap((link) => [link.client, link.server]))
  return [...machines.values()]
    .sort((a, b) => Number(marked.has(b.address)) - Number(marked.has(a.address)) || b.packets - a.packets)
    .slice(0, most)
    .sort((a, b) => b.level - a.level || a.zone.localeCompare(b.zone) || order(a.address).localeCompare(order(b.address)))
}

/** Dotted numbers padded, so that they sort as numbers do. */
function order(address: string): string {
  return address.split('.').map((part) => part.padStart(3, '0')).join('.')
}

export interface Places {
  at: Map<string, [number, number]>
  bands: { level: Level; y: number; height: number }[]
  zones: { name: string; x: number; y: number; width: number; height: number }[]
  height: number
}
const cell = { width: 128, height: 74 }
const zoneHead = 18
/** Left of it stand the levels' names. */
const gutter = 128

/** Zones that a sensor made up from the level say no more than the level does. */
const byLevel = new Set(['', 'process', 'control', 'supervision', 'operation', 'office', 'outside', 'unknown'])
export const isNamed = (zone: string): boolean => !byLevel.has(zone)

/** Places in a picture of the given width: one band a level; in it each zone is a block, blocks stand in lines, lines in the middle. */
export function placesOf(machines: Machine[], width: number): Places {
  const perLine = Math.max(2, Math.floor((width - gutter - 12) / cell.width))
  const places: Places = { at: new Map(), bands: [], zones: [], height: 0 }
  for (const level of levels) {
    const here = machines.filter((machine) => machine.level === level)
    if (!here.length) continue
    const top = places.height
    const headed = here.some((machine) => isNamed(machine.zone)) ? zoneHead : 0
    let y = top + 8
    for (const line of linesOf(here, perLine)) {
      const columns = line.reduce((sum, block) => sum + block.columns, 0)
      let x = gutter + Math.max(0, (width - gutter - columns * cell.width) / 2)
      const rows = Math.max(...line.map((block) => Math.ceil(block.members.length / block.columns)))
      for (const { members, columns: across } of line) {
        members.forEach((machine, i) => places.at.set(machine.address, [x + ((i % across) + 0.5) * cell.width, y + headed + Math.floor(i / across) * cell.height + 20]))
        places.zones.push({ name: members[0]!.zone, x: x + 3, y, width: across * cell.width - 6, height: headed + Math.ceil(members.length / across) * cell.height - 4 })
        x += across * cell.width
      }
      y += headed + rows * cell.height + 4
    }
    places.height = y + 4
    places.bands.push({ level, y: top, height: places.height - top })
  }
  return places
}

/** Zones one after the other, a new line where the next one no longer fits. */
function linesOf(machines: Machine[], perLine: number): { members: Machine[]; columns: number }[][] {
  const lines: { members: Machine[]; columns: number }[][] = []
  let left = 0
  for (const zone of new Set(machines.map((machine) => machine.zone))) {
    const members = machines.filter((machine) => machine.zone === zone)
    const block = { members, columns: Math.min(members.length, perLine) }
    if (block.columns > left) {
      lines.push([])
      left = perLine
    }
    lines.at(-1)!.push(block)
    left -= block.columns
  }
  return lines
}
