// SPDX-License-Identifier: Apache-2.0
// The layers of a kept packet as a tree beside its bytes: IEEE 802.3 and 802.1Q, RFC 791, RFC 8200, RFC 9293, RFC 768, ARP (RFC 826). Reads only what is there; the rest is payload.
import type { Word } from '@/words'

export interface Node {
  /** A word of the table, and what follows it. */
  title: Word
  value: string
  /** Octets that it is made of: from, behind the last. */
  span: [number, number]
  children?: Node[]
}

const etherTypes: Record<number, string> = { 0x0800: 'IPv4', 0x0806: 'ARP', 0x86dd: 'IPv6', 0x8100: '802.1Q', 0x8892: 'PROFINET', 0x88b8: 'GOOSE', 0x88ba: 'SV', 0x88a4: 'EtherCAT', 0x88cc: 'LLDP' }
const protocols: Record<number, string> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6' }
const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']
/** LINKTYPE of pcap. */
const ethernet = 1
const rawIp = 101

class Octets {
  constructor(readonly all: Uint8Array) {}
  has(at: number, length: number): boolean {
    return at + length <= this.all.length
  }
  number(at: number, length: number): number {
    let n = 0
    for (let i = 0; i < length; i++) n = n * 256 + (this.all[at + i] ?? 0)
    return n
  }
  mac(at: number): string {
    return [...this.all.subarray(at, at + 6)].map((one) => one.toString(16).padStart(2, '0')).join(':')
  }
  v4(at: number): string {
    return [...this.all.subarray(at, at + 4)].join('.')
  }
  v6(at: number): string {
    const groups = Array.from({ length: 8 }, (_, i) => this.number(at + 2 * i, 2).toString(16))
    return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::')
  }
}
const hex = (n: number, digits: number): string => `0x${n.toString(16).padStart(digits, '0')}`

export function treeOf(text: string, link: number): Node[] {
  const octets = new Octets(Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16)))
  const nodes: Node[] = []
  if (link === ethernet) fromEthernet(octets, nodes)
  else if (link === rawIp) fromIp(octets, 0, nodes)
  else payload(octets, 0, octets.all.length, nodes)
  return nodes
}

function payload(o: Octets, from: number, to: number, nodes: Node[]): void {
  const end = Math.min(to, o.all.length)
  if (end > from) nodes.push({ title: 'tree.payload', value: String(end - from), span: [from, end] })
}

function fromEthernet(o: Octets, nodes: Node[]): void {
  if (!o.has(0, 14)) return payload(o, 0, o.all.length, nodes)
  let at = 12
  const children: Node[] = [
    { title: 'tree.target', value: o.mac(0), span: [0, 6] },
    { title: 'tree.source', value: o.mac(6), span: [6, 12] },
  ]
  while (o.number(at, 2) === 0x8100 && o.has(at, 6)) {
    children.push({ title: 'tree.vlan', value: String(o.number(at + 2, 2) & 0xfff), span: [at, at + 4] })
    at += 4
  }
  const type = o.number(at, 2)
  children.push({ title: 'tree.type', value: `${etherTypes[type] ?? ''} ${hex(type, 4)}`.trim(), span: [at, at + 2] })
  nodes.push({ title: 'tree.ethernet', value: `${o.mac(6)} → ${o.mac(0)}`, span: [0, at + 2], children })
  if (type === 0x0800 || type === 0x86dd) fromIp(o, at + 2, nodes)
  else if (type === 0x0806 && o.has(at + 2, 28)) fromArp(o, at + 2, nodes)
  else payload(o, at + 2, o.all.length, nodes)
  return undefined
}

function fromArp(o: Octets, at: number, nodes: Node[]): void {
  nodes.push({ title: 'tree.arp', value: `${o.v4(at + 14)} → ${o.v4(at + 24)}`, span: [at, at + 28], children: [
    { title: 'tree.source', value: `${o.v4(at + 14)} ${o.mac(at + 8)}`, span: [at + 8, at + 18] },
    { title: 'tree.target', value: `${o.v4(at + 24)} ${o.mac(at + 18)}`, span: [at + 18, at + 28] },
  ] })
}

function fromIp(o: Octets, at: number, nodes: Node[]): void {
  const version = (o.all[at] ?? 0) >> 4
  const head = version === 4 ? ((o.all[at] ?? 0) & 15) * 4 : 40
  if ((version !== 4 && version !== 6) || head < 20 || !o.has(at, head)) return payload(o, at, o.all.length, nodes)
  const four = version === 4
  const [source, target] = four ? [o.v4(at + 12), o.v4(at + 16)] : [o.v6(at + 8), o.v6(at + 24)]
  const protocol = o.all[at + (four ? 9 : 6)]!
  const length = four ? o.number(at + 2, 2) : o.number(at + 4, 2) + 40
  nodes.push({ title: 'tree.ip', value: `${source} → ${target}`, span: [at, at + head], children: [
    { title: 'tree.length', value: String(length), span: four ? [at + 2, at + 4] : [at + 4, at + 6] },
    { title: 'tree.hops', value: String(o.all[at + (four ? 8 : 7)]), span: four ? [at + 8, at + 9] : [at + 7, at + 8] },
    { title: 'tree.protocol', value: `${protocols[protocol] ?? ''} ${protocol}`.trim(), span: four ? [at + 9, at + 10] : [at + 6, at + 7] },
    { title: 'tree.source', value: source, span: four ? [at + 12, at + 16] : [at + 8, at + 24] },
    { title: 'tree.target', value: target, span: four ? [at + 16, at + 20] : [at + 24, at + 40] },
  ] })
  const fragment = four ? o.number(at + 6, 2) & 0x1fff : 0
  const end = Math.min(o.all.length, at + length)
  if (protocol === 6 && !fragment && o.has(at + head, 20)) fromTcp(o, at + head, end, nodes)
  else if (protocol === 17 && !fragment && o.has(at + head, 8)) fromUdp(o, at + head, end, nodes)
  else payload(o, at + head, end, nodes)
  return undefined
}

function fromTcp(o: Octets, at: number, end: number, nodes: Node[]): void {
  const head = Math.max(20, (o.all[at + 12]! >> 4) * 4)
  const flags = o.all[at + 13]!
  nodes.push({ title: 'tree.tcp', value: `${o.number(at, 2)} → ${o.number(at + 2, 2)}`, span: [at, Math.min(at + head, o.all.length)], children: [
    { title: 'tree.sourcePort', value: String(o.number(at, 2)), span: [at, at + 2] },
    { title: 'tree.targetPort', value: String(o.number(at + 2, 2)), span: [at + 2, at + 4] },
    { title: 'tree.sequence', value: String(o.number(at + 4, 4)), span: [at + 4, at + 8] },
    { title: 'tree.acknowledged', value: String(o.number(at + 8, 4)), span: [at + 8, at + 12] },
    { title: 'tree.flags', value: flagNames.filter((_, bit) => (flags >> bit) & 1).join(' '), span: [at + 13, at + 14] },
    { title: 'tree.window', value: String(o.number(at + 14, 2)), span: [at + 14, at + 16] },
  ] })
  payload(o, at + head, end, nodes)
}

function fromUdp(o: Octets, at: number, end: number, nodes: Node[]): void {
  nodes.push({ title: 'tree.udp', value: `${o.number(at, 2)} → ${o.number(at + 2, 2)}`, span: [at, at + 8], children: [
    { title: 'tree.sourcePort', value: String(o.number(at, 2)), span: [at, at + 2] },
    { title: 'tree.targetPort', value: String(o.number(at + 2, 2)), span: [at + 2, at + 4] },
    { title: 'tree.length', value: String(o.number(at + 4, 2)), span: [at + 4, at + 6] },
  ] })
  payload(o, at + 8, end, nodes)
}
