// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { bodyOf, newFields, stepFields, type WorkDetail } from './work'

test('a step asks for what it needs and offers a comment, and sends numbers and answers as such', () => {
  const fields = stepFields({ action: 'answer', zh: '反馈', en: 'answer', needs: ['affected', 'count', 'measures'] }, 'warnings')
  expect(fields.map((field) => field.name)).toEqual(['affected', 'count', 'measures', 'comment'])
  expect(bodyOf(fields, { affected: 'false', count: '3', measures: ' 已隔离 ', comment: '' })).toEqual({ affected: false, count: 3, measures: '已隔离' })
})

test('a step with an incident takes the facts that the report lacks, each once', () => {
  const names = stepFields({ action: 'record', zh: '记录进展', en: 'note progress', needs: ['comment'] }, 'cases').map((field) => field.name)
  for (const name of ['comment', 'trend', 'cause', 'clues', 'plan', 'scene', 'people']) expect(names.filter((one) => one === name)).toEqual([name])
  expect(bodyOf(newFields.cases, { important_data: 'false', people: '12', discovered_at: '2026-11-24T08:00' })).toEqual({ important_data: false, people: 12, discovered_at: new Date('2026-11-24T08:00').toISOString() })
})

test('whom an incident was reported to is one of its clocks', () => {
  const detail = { clocks: [{ channel: { name: 'police', zh: '公安机关', en: 'police' }, due: null, done: null, overdue: false }] } as unknown as WorkDetail
  expect(stepFields({ action: 'report', zh: '', en: '', needs: ['channel'] }, 'cases', detail)[0]).toMatchObject({ name: 'channel', choices: ['police'] })
})
