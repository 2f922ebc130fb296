// SPDX-License-Identifier: Apache-2.0
// Lists of the latest states (exposures, failures, deviations, values, visibility): shapes, and filters kept in the page's address.
import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { call, query } from '@/api/client'
import type { Bilingual, Page, StateItem } from '@/api/types'
import { useKeys } from '@/keys'
import { usePaging } from '@/paging'

export interface Exposure extends Partial<Bilingual> {
  kind: string
  address?: string
  mac?: string
  peer?: { address?: string; mac?: string }
  public_address?: string
  country?: string
  protocol?: string
  port?: number
  detail?: string
  count?: number
  first?: string
  last?: string
  id?: string
  title?: Bilingual
  affected?: string
  cvss?: number
  fix?: Bilingual
  product?: string
  firmware?: string
  severity?: string | number
}

/** A number that is given, or the reason why it is not. */
export interface Verdict extends Partial<Bilingual> {
  verdict: string
  hours?: number
  lower?: number
  upper?: number
  share?: number
  probability?: number
}

export interface Failure {
  kind: 'record' | 'exposure' | 'trend'
  asset: string
  state?: string
  mode?: string
  name?: Bilingual
  iso?: string
  severity?: string
  cause?: string
  cause_confidence?: number
  start?: string
  end?: string
  duration?: number
  censored?: boolean
  planned?: boolean
  parent?: string
  check?: Bilingual
  mtbf?: Verdict
  forecast?: Verdict
}

export interface Deviation extends Partial<Bilingual> {
  kind: string
  severity: number
  device?: string
  peer?: string
  protocol?: string
  class?: string
  operation?: string
  unit?: string
  object?: string
  was?: string
  now?: string
  planned?: boolean
  /** What an officer made of it. */
  state?: 'deviation' | 'accepted' | 'rejected'
  by?: string
}

export interface Visibility extends Partial<Bilingual> {
  scope: 'sensor' | 'asset'
  score?: number
  reasons?: ({ name: string; share?: number; points?: number } & Bilingual)[]
  reason?: string
  address?: string
  mac?: string
  name?: string
  frames?: number
  kernel_drops?: number
  gaps?: number
  two_way?: number
  one_way?: number
  understood?: number
  undecoded?: number
  assets?: number
  declared?: number
  unseen?: number
}

export type Variable = Record<string, unknown>

/** One such list, read page by page; ip and q stand in the address; what is fixed is asked for instead. */
export function useStates<T extends string, O>(path: string, limit = 100, fixed: { q?: string } = {}) {
  const route = useRoute()
  const router = useRouter()
  const one = (name: string): string => (typeof route.query[name] === 'string' ? (route.query[name] as string) : '')
  const filters = computed(() => ({ q: one('q'), ip: one('ip'), sensor: one('sensor') }))
  // The page's own number stands for the item: `id` names only its last event.
  const list = usePaging<StateItem<T, O>>((cursor, signal) => call<Page<StateItem<T, O>>>('GET', `${path}${query({ ...filters.value, ...fixed, limit, cursor })}`, undefined, signal))
  watch(() => JSON.stringify(filters.value), () => void list.reload(), { immediate: true })
  function set(change: Partial<{ q: string; ip: string; sensor: string }>): void {
    void router.replace({ query: Object.fromEntries(Object.entries({ ...filters.value, ...change }).filter(([, value]) => value)) })
  }
  useKeys({ r: () => void list.reload() })
  return { list, filters, set, filtered: computed(() => Object.values(filters.value).some(Boolean)) }
}
