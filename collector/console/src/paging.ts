// SPDX-License-Identifier: Apache-2.0
// A list that the collector hands out page by page behind a cursor.
import { ref, shallowRef, triggerRef, onScopeDispose } from 'vue'
import type { Page } from '@/api/types'

export function usePaging<T extends { id: string | number }>(ask: (cursor: string, signal: AbortSignal) => Promise<Page<T>>) {
  const items = shallowRef<T[]>([])
  const next = ref<string | null>(null)
  const total = ref<number | null>(null)
  const exact = ref(true)
  const busy = ref(false)
  const ready = ref(false)
  const fault = shallowRef<unknown>(null)
  let running: AbortController | null = null

  async function fetchPage(cursor: string): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    busy.value = true
    try {
      const page = await ask(cursor, mine.signal)
      if (running !== mine) return
      const known = new Set(cursor ? items.value.map((item) => item.id) : [])
      items.value = cursor ? [...items.value, ...page.items.filter((item) => !known.has(item.id))] : page.items
      next.value = page.next
      if (page.total !== undefined) total.value = page.total
      exact.value = page.total_exact ?? true
      fault.value = null
      ready.value = true
    } catch (reason) {
      if (running === mine && !mine.signal.aborted) fault.value = reason
    } finally {
      if (running === mine) busy.value = false
    }
  }

  /** Puts new arrivals on top; an item already listed is replaced where it stands. */
  function arrive(fresh: T[]): void {
    const byId = new Map(fresh.map((item) => [item.id, item]))
    const kept = items.value.map((item) => {
      const replacement = byId.get(item.id)
      byId.delete(item.id)
      return replacement ?? item
    })
    items.value = [...[...byId.values()].reverse(), ...kept]
    if (total.value !== null) total.value += byId.size
  }

  function remove(id: T['id']): void {
    const kept = items.value.filter((item) => item.id !== id)
    if (kept.length !== items.value.length && total.value !== null) total.value -= 1
    items.value = kept
  }

  onScopeDispose(() => running?.abort())
  return {
    items,
    next,
    total,
    exact,
    busy,
    ready,
    fault,
    arrive,
    remove,
    touch: () => triggerRef(items),
    reload: () => fetchPage(''),
    more: async () => {
      if (next.value && !busy.value) await fetchPage(next.value)
    },
  }
}
