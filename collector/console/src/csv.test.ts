// SPDX-License-Identifier: Apache-2.0
// What comes from the wire stays data in a spreadsheet.
import { expect, test } from 'vitest'
import { csvOf } from './csv'

test('cells are quoted, and no formula survives', () => {
  const rows = [{ a: '=cmd|x', b: 'say "hi", you' }, { a: -5, b: ['x', 'y'] }, { a: '@SUM(1)', b: null }]
  expect(csvOf([['name', (row) => row.a], ['b', (row) => row.b]], rows)).toBe('\ufeffname,b\r\n\'=cmd|x,"say ""hi"", you"\r\n-5,x y\r\n\'@SUM(1),\r\n')
})
