// SPDX-License-Identifier: Apache-2.0
// Warnings, tasks, bulletins, tickets and confirmed incidents: their shapes, and how each thing that is entered is asked for.
import type { Bilingual, Named } from '@/api/types'

export type WorkKind = 'warnings' | 'tasks' | 'tickets' | 'bulletins' | 'cases'

export interface WorkItem {
  number: number
  id: string
  kind: string
  title: string
  state: Named
  author: string
  owner: string
  issuer: string
  created: string
  changed: string
  due: string | null
  overdue: boolean
  level?: number
  level_words?: Named
}

export interface WorkAction extends Bilingual {
  action: string
  needs: string[]
}

export interface WorkDetail extends WorkItem {
  document: Record<string, unknown>
  actions: WorkAction[]
  steps: { action: string; actor: string; time: string; detail?: Record<string, unknown>; after?: unknown }[]
  nodes?: { node: string; delivered: string | boolean | null; answered: string | boolean | null; answer: { affected?: boolean; count?: number; measures?: string; comment?: string } | null; overdue: boolean }[]
  proposed_count?: number | null
  /** Of a confirmed incident: the grade that the triggers make it, and until when it has to be reported to whom. */
  proposed?: { grade: number; words: Bilingual; reason?: Bilingual; value?: number; at_least?: number }
  clocks?: Clock[]
}

export interface Clock {
  channel: { name?: string } & Bilingual
  due: string | null
  done: string | null
  overdue: boolean
}

/** The draft of its report, in the eight fields of the rules. */
export interface ReportDraft {
  title: string
  basis_zh: string
  basis_en: string
  fields: ({ number: number; filled: boolean; text: string } & Bilingual)[]
}

export interface WorkField {
  name: string
  /** Its words, where the table of words has none. */
  title?: string
  needed?: boolean
  long?: boolean
  choices?: readonly string[]
  /** Where the words of the choices stand; all of them are the choices where none are told. */
  words?: 'workChoice' | 'incidentClass' | 'caseOperator'
  time?: boolean
  number?: boolean
  /** Yes or no. */
  flag?: boolean
  /** A day without its time. */
  day?: boolean
}

const numbers = ['stop_minutes', 'main_stop_minutes', 'people', 'loss_yuan', 'data_people', 'province_percent', 'city_percent']
const texts = ['trend', 'cause', 'clues', 'plan', 'support', 'scene', 'ransom', 'other']
/** What the report of an incident says; asked for when it is registered, and whenever more is known. */
const facts: WorkField[] = [
  { name: 'place' },
  { name: 'important_data', choices: ['true', 'false'], flag: true },
  ...numbers.map((name) => ({ name, number: true })),
  ...['system', 'impact', 'measures', ...texts].map((name) => ({ name, long: true })),
]
const factful = new Set(['confirm', 'record', 'regrade'])
const more: WorkField[] = [{ name: 'target' }, { name: 'industry' }, { name: 'vendor' }, { name: 'model' }, { name: 'due', time: true }]
/** What is entered for a new one, as collector/api/warnings.c takes it. */
export const newFields: Record<WorkKind, WorkField[]> = {
  warnings: [
    { name: 'title', needed: true },
    { name: 'category', needed: true },
    { name: 'importance', needed: true, choices: ['vital', 'important', 'ordinary'] },
    { name: 'damage', needed: true, choices: ['extreme', 'serious', 'considerable', 'slight'] },
    { name: 'affects', needed: true, long: true },
    { name: 'notice', needed: true, long: true },
    { name: 'precautions', needed: true, long: true },
    ...more,
  ],
  tasks: [{ name: 'title', needed: true }, { name: 'type', needed: true, choices: ['inspect', 'rectify', 'watch'] }, { name: 'content', needed: true, long: true }, { name: 'evidence_wanted' }, ...more],
  tickets: [{ name: 'title', needed: true }, { name: 'content', needed: true, long: true }, { name: 'priority', number: true }, { name: 'alert' }, { name: 'due', time: true }],
  bulletins: [{ name: 'title', needed: true }, { name: 'category', needed: true }, { name: 'content', needed: true, long: true }, { name: 'requirements', long: true }, ...more],
  cases: [
    { name: 'title', needed: true },
    { name: 'operator', needed: true, choices: ['cii', 'central', 'other'], words: 'caseOperator' },
    { name: 'discovered_at', needed: true, time: true },
    { name: 'class', words: 'incidentClass' },
    { name: 'incident' },
    ...facts.filter((field) => !texts.includes(field.name)),
  ],
}

const known: Record<string, Partial<WorkField>> = {
  comment: { long: true }, measures: { long: true }, notice: { long: true }, due: { time: true }, count: { number: true }, level: { number: true }, affected: { choices: ['true', 'false'], flag: true },
  handled_at: { time: true }, sufficiency: { long: true }, fitness: { long: true }, effect: { long: true }, requirements: { long: true },
}
/** What a step asks for: what it needs, and a comment for whoever reads it next. */
export function stepFields(action: WorkAction, kind: WorkKind, detail?: WorkDetail): WorkField[] {
  const channels = detail?.clocks?.map((clock) => clock.channel.name ?? '').filter(Boolean)
  const needed: WorkField[] = action.needs.map((name) => ({ name, needed: true, ...known[name], ...(name === 'channel' && channels?.length ? { choices: channels } : {}) }))
  if (kind === 'cases' && factful.has(action.action)) return [...needed, ...(action.needs.includes('comment') ? [] : [{ name: 'comment', long: true }]), ...facts.filter((field) => !action.needs.includes(field.name))]
  return action.needs.includes('comment') ? needed : [...needed, { name: 'comment', long: true }]
}

/** What was entered, in the types that the collector takes; what is empty is left out. */
export function bodyOf(fields: WorkField[], entered: Record<string, string>): Record<string, unknown> {
  const of = (field: WorkField, text: string): unknown => (field.number ? Number(text) : field.time ? new Date(text).toISOString() : field.flag ? text === 'true' : text)
  return Object.fromEntries(fields.flatMap((field) => (entered[field.name]?.trim() ? [[field.name, of(field, entered[field.name]!.trim())]] : [])))
}
