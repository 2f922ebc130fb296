// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { meanTimeBetween } from './reliability'

test('there is no mean time between failures without failures or without watching', () => {
  expect(meanTimeBetween(720, 3)).toBe(240)
  expect(meanTimeBetween(720, 0)).toBeUndefined()
  expect(meanTimeBetween(0, 3)).toBeUndefined()
  expect(meanTimeBetween(undefined, undefined)).toBeUndefined()
})
