// SPDX-License-Identifier: Apache-2.0
// The yearly self-inspection as the collector keeps it: items with answers and automatic evidence, blocks of facts about the enterprise.
import type { Bilingual, Named } from '@/api/types'
import type { WorkAction, WorkDetail } from '@/work'

export interface Evidence {
  number: string
  key: string
  title: string
  violation: boolean
  found: boolean
  known: boolean
  value: number | string | null
  unit: string
  columns?: string
  rows?: unknown[][]
}
export interface InspectionItem {
  number: number
  part: string
  group: string
  /** A: the sensors decide; V: they can find violations; Q: people alone. */
  class: 'A' | 'V' | 'Q'
  zh: string
  ask: string
  answer: { status: Named; text: string; evidence: string; user: string; time: string } | null
  verdict: Named
  automatic: boolean
  manual: boolean
  conflict: boolean
  evidence: Evidence[]
}
export type Fields = Record<string, string>
export interface Block extends Named {
  list: boolean
  fields: ({ automatic?: boolean } & Bilingual)[]
  value: Fields | Fields[] | string | null
}
export interface Inspection {
  year: number
  template: string
  state: Named
  title: string
  document_number: string
  certainty: string
  read_at: string
  counts: Record<string, number>
  conflicts: number
  items: InspectionItem[]
  blocks: Block[]
  statuses: Named[]
  actions: WorkAction[]
  steps: WorkDetail['steps']
}

/** Items under their part and group, in the order of the document. */
export function grouped(items: InspectionItem[]): { title: string; items: InspectionItem[] }[] {
  const groups: { title: string; items: InspectionItem[] }[] = []
  for (const item of items) {
    const title = item.part === item.group ? item.part : `${item.part} · ${item.group}`
    if (groups.at(-1)?.title !== title) groups.push({ title, items: [] })
    groups.at(-1)!.items.push(item)
  }
  return groups
}
