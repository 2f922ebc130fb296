// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { hexLines } from './hex'

test('bytes stand in lines of sixteen, the last one padded', () => {
  expect(hexLines('000102030405060708090a0b0c0d0e0f4142ff')).toEqual([
    { offset: '0000', bytes: '00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f', text: '................' },
    { offset: '0010', bytes: '41 42 ff'.padEnd(48), text: 'AB.' },
  ])
  expect(hexLines('')).toEqual([])
})
