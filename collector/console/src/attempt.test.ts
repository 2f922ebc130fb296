// SPDX-License-Identifier: Apache-2.0
// What the user is told of an act: that it worked, or the collector's refusal; a fault of the console's own is not swallowed.
import { expect, test, vi } from 'vitest'

const said = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn() }))
vi.mock('element-plus', () => ({ ElMessage: said }))
vi.mock('@/words', () => ({ pick: (pair: { en: string }) => pair.en }))
const { ApiFault } = await import('./api/client')
const { attempt, faultPlace } = await import('./attempt')
const refusal = new ApiFault(409, 'conflict', { zh: '已有', en: 'taken already' }, 'name')

test('what worked is said', async () => {
  expect(await attempt(async () => 1, 'done')).toBe(true)
  expect(said.success).toHaveBeenCalledWith('done')
})
test('a refusal is told, in words or as the caller tells it', async () => {
  expect(await attempt(() => Promise.reject(refusal))).toBe(false)
  expect(said.error).toHaveBeenCalledWith('taken already')
  let told = ''
  await attempt(() => Promise.reject(refusal), '', (fault) => (told = faultPlace(fault)))
  expect(told).toBe('taken already · name')
})
test('any other failure goes on', async () => {
  await expect(attempt(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
})
