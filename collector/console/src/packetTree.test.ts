// SPDX-License-Identifier: Apache-2.0
// Layers are read as far as the octets go; what is cut off is payload, never a guess.
import { expect, test } from 'vitest'
import { treeOf } from './packetTree'

// Ethernet, VLAN 7, IPv4, TCP PSH ACK, Modbus read holding registers.
const packet = '001b1b200110525400770131' + '81000007' + '0800' + '45000034000040004006000' + '0c0a84d830a14011e' + 'c00101f6000000010000000250180200' + '00000000' + '000100000006010300000002'
const titles = (nodes: { title: string; value: string }[]) => nodes.map((one) => [one.title, one.value])

test('from Ethernet to the payload, each with its octets', () => {
  const nodes = treeOf(packet, 1)
  expect(titles(nodes)).toEqual([['tree.ethernet', '52:54:00:77:01:31 → 00:1b:1b:20:01:10'], ['tree.ip', '192.168.77.131 → 10.20.1.30'], ['tree.tcp', '49153 → 502'], ['tree.payload', '12']])
  expect(nodes.map((one) => one.span)).toEqual([[0, 18], [18, 38], [38, 58], [58, 70]])
  expect(titles(nodes[0]!.children!)).toContainEqual(['tree.vlan', '7'])
  expect(titles(nodes[2]!.children!)).toContainEqual(['tree.flags', 'PSH ACK'])
})

test.each([[packet.slice(0, 20)], [packet.slice(0, 60)], [packet.slice(0, 100)], ['']])('a packet that is cut off is read as far as it goes', (text) => {
  for (const node of treeOf(text, 1)) expect(node.span[1] * 2).toBeLessThanOrEqual(text.length)
})

test('an unknown link is payload, UDP has its ports', () => {
  expect(titles(treeOf('010203', 147))).toEqual([['tree.payload', '3']])
  const udp = '4500001d000000004011000' + '00a0000010a000002' + '02020203000900000' + 'ff'.slice(1)
  expect(titles(treeOf(udp, 101))[1]).toEqual(['tree.udp', '514 → 515'])
})
