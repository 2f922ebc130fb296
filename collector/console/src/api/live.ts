// SPDX-License-Identifier: Apache-2.0
// Live arrival over server-sent events (HTML Living Standard §9.2): one connection for the whole console, resumed by Last-Event-ID.
import { onScopeDispose, readonly, ref } from 'vue'
import { call } from './client'

export type LiveTopic = 'alert' | 'asset' | 'node'
const topics: LiveTopic[] = ['alert', 'asset', 'node']
const listeners = new Map<LiveTopic, Set<(item: unknown) => void>>(topics.map((topic) => [topic, new Set()]))

let source: EventSource | null = null
/** The last change heard of, so that a connection opened anew leaves nothing out. */
let heard = ''
let retry: ReturnType<typeof setTimeout> | undefined
const connected = ref(false)
export const liveConnected = readonly(connected)

export function openLive(): void {
  if (source) return
  const opened = new EventSource(`/api/v1/stream${heard ? `?after=${heard}` : ''}`)
  source = opened
  opened.onopen = () => (connected.value = true)
  opened.onerror = () => {
    connected.value = false
    // The browser retries a broken connection by itself; only a refused one has to be opened anew.
    if (opened.readyState === EventSource.CLOSED && source === opened) {
      source = null
      retry = setTimeout(openLive, 5000)
    }
  }
  // The collector ends the stream of a session that has ended; asking anything then leads to the sign-in page.
  opened.addEventListener('end', () => {
    closeLive()
    void call('GET', '/summary').catch(() => undefined)
  })
  for (const topic of topics)
    opened.addEventListener(topic, (message) => {
      const { data, lastEventId } = message as MessageEvent<string>
      const item: unknown = JSON.parse(data)
      heard = lastEventId || heard
      for (const listener of listeners.get(topic)!) listener(item)
    })
}

export function closeLive(): void {
  clearTimeout(retry)
  source?.close()
  source = null
  heard = ''
  connected.value = false
}

/** Hears of every arrival until the calling component goes away. */
export function onLive<T>(topic: LiveTopic, listener: (item: T) => void): void {
  const set = listeners.get(topic)!
  set.add(listener as (item: unknown) => void)
  onScopeDispose(() => set.delete(listener as (item: unknown) => void))
}
