// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { bodyOf, stepFields } from './work'

test('a step asks for what it needs and offers a comment, and sends numbers and answers as such', () => {
  const fields = stepFields({ action: 'answer', zh: '反馈', en: 'answer', needs: ['affected', 'count', 'measures'] })
  expect(fields.map((field) => field.name)).toEqual(['affected', 'count', 'measures', 'comment'])
  expect(bodyOf(fields, { affected: 'false', count: '3', measures: ' 已隔离 ', comment: '' })).toEqual({ affected: false, count: 3, measures: '已隔离' })
})
