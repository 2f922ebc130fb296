// SPDX-License-Identifier: Apache-2.0
// What is told of a field's fate has to follow from the two events alone.
import { expect, test } from 'vitest'
import { differences, fates, type Policy } from './forwarding'

test('each field is told as it is: kept, named, pseudonym, withheld', () => {
  const before = { id: 'A', sensor: 'probe', src_ip: '10.0.0.1', alert: { rule: 'r1', payload: 'secret', techniques: ['T1'] }, ot: { value: 7 } }
  const after = { id: 'A', sensor: 'plant/probe', src_ip: '~0123', alert: { rule: 'r1', techniques: ['T1'] } }
  expect(Object.fromEntries(fates({ id: 'A', before, after }).map((one) => [one.path, one.fate]))).toEqual({
    id: 'kept', sensor: 'named', src_ip: 'pseudonym', 'alert.rule': 'kept', 'alert.payload': 'withheld', 'alert.techniques': 'kept', 'ot.value': 'withheld',
  })
  expect(fates({ id: 'A', before, after: null }).every((one) => one.fate === 'withheld' && one.after === '')).toBe(true)
})

test('two policies differ in what is added and what is taken away', () => {
  const now: Policy = { digest: 'a', types: ['alert', 'asset'], severity: 4, fields: ['id', 'src_ip'], pseudonyms: ['src_ip'], public_addresses: false }
  const proposed: Policy = { ...now, digest: 'b', types: ['alert', 'failure'], severity: 2, pseudonyms: [] }
  expect(differences(now, proposed)).toEqual([
    { part: 'types', added: ['failure'], removed: ['asset'] },
    { part: 'pseudonyms', added: [], removed: ['src_ip'] },
    { part: 'severity', added: ['2'], removed: ['4'] },
  ])
  expect(differences(now, { ...now, digest: 'c' })).toEqual([])
})
