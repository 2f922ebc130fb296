// SPDX-License-Identifier: Apache-2.0
// What the nodes below told of themselves: figures, score, trend, how fresh it is, and what is still to be done.
import { call, query } from '@/api/client'
import type { Bilingual, EventRecord, NodeItem, Page } from '@/api/types'
import { districtOf } from '@/catalogue/districts'
import { dateOf } from '@/format'
import { tOr } from '@/words'
import type { WorkDetail, WorkItem } from '@/work'

export type Counts = Record<string, number>
interface SummaryOfNode {
  counts: Counts
  risk?: { score: number; level: number; weight: number }
}
export interface Region {
  titles: Record<string, Bilingual>
  own: Counts
  whole: Counts
  nodes: { node: string; evidence: string; told: string; summary: SummaryOfNode }[]
}

export interface Point {
  at: number
  score: number
}
export interface NodeOfRegion {
  node: string
  /** Of the register or the map; else the node's own. */
  title: string
  district?: string
  /** Of the register. */
  industry?: string
  told: string
  stale: boolean
  counts: Counts
  score: number
  level: number
  trend: Point[]
  link?: NodeItem
}
export interface RegionView {
  region: Region
  nodes: NodeOfRegion[]
  score: number
  level: number
  /** Of the whole region, as this node told it. */
  trend: Point[]
  warnings: WorkDetail[]
  /** Matters that are not over, by kind. */
  open: Record<(typeof disposals)[number], WorkItem[]>
}

export const disposals = ['warnings', 'tasks', 'tickets', 'cases'] as const
const hour = 3_600_000
/** A summary comes each hour; two missed ones make it stale. */
const staleAfter = 2.5 * hour
const trendOver = 24 * hour
const summariesMost = 1000
const answersMost = 6

/** Its day, oldest first, of all summaries that were told. */
export function trendOf(events: EventRecord[], sensor: string): Point[] {
  return events
    .filter((event) => event.sensor === sensor)
    .map((event) => ({ at: dateOf(event.timestamp).getTime() / 1000, score: (event.summary as SummaryOfNode).risk?.score ?? 0 }))
    .sort((a, b) => a.at - b.at)
}

/** How many of them are past their time. */
export const overdueOf = (items: WorkItem[]): number => items.filter((one) => one.overdue).length

/** How much the score rose over the trend; nothing to tell of a single point. */
export function change(trend: Point[]): number | undefined {
  return trend.length > 1 ? trend.at(-1)!.score - trend[0]!.score : undefined
}

export async function readRegion(signal: AbortSignal, now = Date.now()): Promise<RegionView> {
  const get = <T>(path: string) => call<T>('GET', path, undefined, signal)
  const [region, risk, told, links, register, ...open] = await Promise.all([
    get<Region>('/region'),
    get<{ whole: { score: number; level: number } }>(`/risk${query({ limit: 1 })}`),
    get<Page<EventRecord>>(`/events${query({ type: 'summary', since: new Date(now - trendOver).toISOString(), limit: summariesMost })}`),
    get<Page<NodeItem>>('/nodes'),
    get<Page<{ name: string; node: string; document?: { industry?: string } }>>('/enterprises'),
    ...disposals.map((kind) => get<Page<WorkItem>>(`/${kind}${query({ open: 'true', limit: 200 })}`)),
  ])
  const warnings = await Promise.all(open[0]!.items.slice(0, answersMost).map((one) => get<WorkDetail>(`/warnings/${encodeURIComponent(one.id)}`)))
  const nodes = region.nodes.map(({ node, told: when, summary }) => {
    const district = districtOf(node)?.code
    const registered = register.items.find((one) => one.node === node)
    const enterprise = registered?.name
    return {
      node, title: enterprise ?? (district ? tOr(`district.${district}`, node) : node), district, industry: registered?.document?.industry, told: when, stale: now - dateOf(when).getTime() > staleAfter,
      counts: summary.counts, score: summary.risk?.score ?? 0, level: summary.risk?.level ?? 0, trend: trendOf(told.items, `${node}/self`), link: links.items.find((one) => one.name === node),
    }
  })
  nodes.sort((a, b) => b.score - a.score)
  return {
    region, nodes, score: risk.whole.score, level: nodes.length || region.whole.assets ? risk.whole.level : 0, trend: trendOf(told.items, 'self'), warnings,
    open: Object.fromEntries(disposals.map((kind, n) => [kind, open[n]!.items])) as RegionView['open'],
  }
}

/** A district's figure on the map: the worst of its nodes, and their sum. */
export function byDistrict(nodes: NodeOfRegion[]): Map<string, { level: number; score: number; nodes: NodeOfRegion[] }> {
  const map = new Map<string, { level: number; score: number; nodes: NodeOfRegion[] }>()
  for (const node of nodes) {
    if (!node.district) continue
    const known = map.get(node.district) ?? { level: 0, score: 0, nodes: [] }
    map.set(node.district, { level: Math.max(known.level, node.level), score: Math.max(known.score, node.score), nodes: [...known.nodes, node] })
  }
  return map
}

export interface Industry {
  name: string
  enterprises: number
  worst: number
  level: number
  open: number
}
/** The register's industries, the riskiest first, from what their enterprises told. */
export function byIndustry(nodes: NodeOfRegion[]): Industry[] {
  const map = new Map<string, Industry>()
  for (const node of nodes) {
    if (!node.industry) continue
    const known = map.get(node.industry) ?? { name: node.industry, enterprises: 0, worst: 0, level: 0, open: 0 }
    map.set(node.industry, { ...known, enterprises: known.enterprises + 1, worst: Math.max(known.worst, node.score), level: Math.max(known.level, node.level), open: known.open + (node.counts.alerts_open ?? 0) })
  }
  return [...map.values()].sort((a, b) => b.worst - a.worst)
}
