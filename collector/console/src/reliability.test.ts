// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { hoursScale, placeOn, type ReliableAsset } from './reliability'

test('the scale of hours holds every interval; a device without failures has a lower end only', () => {
  const [least, most] = hoursScale([{ mtbf: { verdict: 'given', hours: 350, lower: 160, upper: 950 } }, { mtbf: { verdict: 'no_failures', lower: 37 } }] as ReliableAsset[])
  expect(least).toBeLessThan(37)
  expect(most).toBeGreaterThan(950)
  expect(hoursScale([])).toEqual([1, 10])
})

test('places are shares of the scale, by logarithms for hours', () => {
  expect(placeOn(0.25, [0, 1])).toBe(0.25)
  expect(placeOn(100, [10, 1000], true)).toBeCloseTo(0.5)
  expect(placeOn(1e9, [10, 1000], true)).toBe(1)
})
