// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { search, type Signature } from './signatures'

const rules = [
  { id: 'wl-s7-0001', sid: 1, file: 's7.yaml', name: { zh: 'S7停机', en: 'S7 stop' }, severity: 'critical', category: 'unsafe-operation', techniques: ['T0858'], proofs: 2, proven: true },
  { id: 'wl-modbus-0001', sid: 2, file: 'modbus.yaml', name: { zh: '写寄存器', en: 'write' }, severity: 'low', category: 'unsafe-operation', where: 'modbus.func_code == 16', proofs: 1, proven: true },
] as Signature[]

test.each([['', 2], ['s7 停机', 1], ['T0858', 1], ['func_code', 1], ['unsafe', 2], ['s7 write', 0]])('"%s" finds %d', (words, n) => {
  expect(search(rules, words)).toHaveLength(n)
})
