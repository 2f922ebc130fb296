// SPDX-License-Identifier: Apache-2.0
// Warnings, tasks and tickets: their shapes, and how each thing that is entered is asked for.
import type { Bilingual } from '@/api/types'

export type WorkKind = 'warnings' | 'tasks' | 'tickets'

export interface WorkItem {
  number: number
  id: string
  kind: string
  title: string
  state: { name: string } & Bilingual
  author: string
  owner: string
  issuer: string
  created: string
  changed: string
  due: string | null
  overdue: boolean
  level?: number
  level_words?: { name: string } & Bilingual
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
}

export interface WorkField {
  name: string
  needed?: boolean
  long?: boolean
  choices?: readonly string[]
  time?: boolean
  number?: boolean
}

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
}

const known: Record<string, Partial<WorkField>> = {
  comment: { long: true }, measures: { long: true }, notice: { long: true }, due: { time: true }, count: { number: true }, level: { number: true }, affected: { choices: ['true', 'false'] },
}
/** What a step asks for: what it needs, and a comment for whoever reads it next. */
export function stepFields(action: WorkAction): WorkField[] {
  const needed = action.needs.map((name) => ({ name, needed: true, ...known[name] }))
  return action.needs.includes('comment') ? needed : [...needed, { name: 'comment', long: true }]
}

/** What was entered, in the types that the collector takes; what is empty is left out. */
export function bodyOf(fields: WorkField[], entered: Record<string, string>): Record<string, unknown> {
  const of = (field: WorkField, text: string): unknown => (field.number ? Number(text) : field.time ? new Date(text).toISOString() : field.name === 'affected' ? text === 'true' : text)
  return Object.fromEntries(fields.flatMap((field) => (entered[field.name]?.trim() ? [[field.name, of(field, entered[field.name]!.trim())]] : [])))
}
