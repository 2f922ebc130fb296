// SPDX-License-Identifier: Apache-2.0
// One request whose answer a page shows: running, failed or there; a newer call makes an older one's answer void.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Loaded<T> {
  value: ShallowRef<T | null>
  fault: ShallowRef<unknown>
  busy: Ref<boolean>
  load: () => Promise<void>
}

export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const value = shallowRef<T | null>(null)
  const fault = shallowRef<unknown>(null)
  const busy = ref(false)
  let running: AbortController | null = null

  async function load(): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    busy.value = true
    try {
      const answer = await ask(mine.signal)
      if (running !== mine) return
      value.value = answer
      fault.value = null
    } catch (reason) {
      if (running === mine && !mine.signal.aborted) fault.value = reason
    } finally {
      if (running === mine) busy.value = false
    }
  }

  onScopeDispose(() => running?.abort())
  return { value, fault, busy, load }
}
