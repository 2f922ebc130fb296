// SPDX-License-Identifier: Apache-2.0
// What is told of a field's fate has to follow from the two events alone.
import { expect, test } from 'vitest'
import { changes, fates } from './forwarding'

test('each field is told as it is: kept, named, pseudonym, withheld', () => {
  const before = { id: 'A', sensor: 'probe', src_ip: '10.0.0.1', alert: { rule: 'r1', payload: 'secret', techniques: ['T1'] }, ot: { value: 7 } }
  const after = { id: 'A', sensor: 'plant/probe', src_ip: '~0123', alert: { rule: 'r1', techniques: ['T1'] } }
  expect(Object.fromEntries(fates({ id: 'A', before, after }).map((one) => [one.path, one.fate]))).toEqual({
    id: 'kept', sensor: 'named', src_ip: 'pseudonym', 'alert.rule': 'kept', 'alert.payload': 'withheld', 'alert.techniques': 'kept', 'ot.value': 'withheld',
  })
  expect(fates({ id: 'A', before, after: null }).every((one) => one.fate === 'withheld' && one.after === '')).toBe(true)
})

test('a proposal says of each change whether more would leave', () => {
  const same = { added: [], removed: [] }
  const fields = ['id', 'src_ip', 'dest_ip', 'alert']
  const difference = { flaw: '', types: { added: ['failure'], removed: ['asset'] }, fields: { added: [], removed: ['dest_ip'] }, pseudonyms: { added: [], removed: ['src_ip', 'dest_ip', 'alert.source.ip'] }, severity: { before: 4, after: 2 }, public_addresses: { before: false, after: true } }
  expect(changes(difference, fields)).toEqual([
    { part: 'types', what: 'failure', more: true },
    { part: 'types', what: 'asset', more: false },
    { part: 'fields', what: 'dest_ip', more: false },
    { part: 'pseudonyms', what: 'src_ip', more: true },
    { part: 'pseudonyms', what: 'alert.source.ip', more: true }, // its object leaves as a whole
    { part: 'severity', what: '4 → 2', more: false },
    { part: 'public', what: '', more: true },
  ])
  expect(changes({ ...difference, types: same, fields: same, pseudonyms: same, severity: { before: 4, after: 4 }, public_addresses: { before: true, after: true } }, fields)).toEqual([])
})
