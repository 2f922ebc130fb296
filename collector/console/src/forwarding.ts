// SPDX-License-Identifier: Apache-2.0
// What a forwarding policy does to an event, field by field, told from the two that the collector gives; and what a proposed policy would change.
import type { Named } from '@/api/types'
import type { BundleDetail } from '@/signatures'

export interface Policy {
  digest: string
  types: string[]
  severity: number
  fields: string[]
  pseudonyms: string[]
  public_addresses: boolean
}
export interface Forwarding {
  parent: string | null
  carried: boolean
  built_in: boolean
  policy: Policy
  recent: { looked: number; types: { type: string; events: number; leave: number; bytes: number; bytes_leave: number }[] }
  left: number
}
type Json = Record<string, unknown>
export interface Previewed {
  id: string
  before: Json
  after: Json | null
}
export interface LedgerRow {
  number: number
  time: string
  stream: number
  epoch: number
  first: number
  count: number
  policy: string
  hash: string
}

export type Fate = 'kept' | 'pseudonym' | 'named' | 'withheld'
export interface FieldFate {
  path: string
  before: string
  after: string
  fate: Fate
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Every leaf of the event by its path; arrays are leaves, as the policy takes them. */
function* leaves(object: Json, prefix = ''): Generator<[string, unknown]> {
  for (const [key, value] of Object.entries(object)) {
    const path = prefix + key
    if (isObject(value) && Object.keys(value).length) yield* leaves(value, `${path}.`)
    else yield [path, value]
  }
}

export function fates(one: Previewed): FieldFate[] {
  const left = new Map(one.after ? leaves(one.after) : [])
  return [...leaves(one.before)].map(([path, value]) => {
    const before = text(value)
    if (!left.has(path)) return { path, before, after: '', fate: 'withheld' }
    const after = text(left.get(path))
    return { path, before, after, fate: after === before ? 'kept' : path === 'sensor' ? 'named' : 'pseudonym' }
  })
}

/** A policy that the level above proposes, against the one in force here. */
export interface Proposal extends BundleDetail {
  content: string
  decision: { state: Named; user: string; time: string; comment: string } | null
  difference: {
    /** Why it cannot be adopted. */
    flaw: string
    types: Changed
    fields: Changed
    pseudonyms: Changed
    severity: Turned<number>
    public_addresses: Turned<boolean>
  } | null
}
interface Changed {
  added: string[]
  removed: string[]
}
interface Turned<T> {
  before: T
  after: T
}
export interface Change {
  part: 'types' | 'fields' | 'pseudonyms' | 'severity' | 'public'
  what: string
  /** More of what is known here would leave. */
  more: boolean
}
/** Does the policy name the field, or an object around it? */
const names = (fields: readonly string[], path: string): boolean => fields.some((one) => one === path || path.startsWith(`${one}.`))

/** Change by change against the fields in force, and whether more would leave: a pseudonym taken away lets the value itself out, if its field leaves at all. */
export function changes(difference: NonNullable<Proposal['difference']>, fields: readonly string[]): Change[] {
  const then = [...fields.filter((one) => !difference.fields.removed.includes(one)), ...difference.fields.added]
  const bare = difference.pseudonyms.removed.filter((what) => names(then, what))
  const lists = [
    ...(['types', 'fields'] as const).flatMap((part) => [...difference[part].added.map((what) => ({ part, what, more: true })), ...difference[part].removed.map((what) => ({ part, what, more: false }))]),
    ...difference.pseudonyms.added.map((what) => ({ part: 'pseudonyms' as const, what, more: false })),
    ...bare.map((what) => ({ part: 'pseudonyms' as const, what, more: true })),
  ]
  const { severity, public_addresses: open } = difference
  const turned: Change[] = []
  if (severity.before !== severity.after) turned.push({ part: 'severity', what: `${severity.before} → ${severity.after}`, more: severity.after > severity.before })
  if (open.before !== open.after) turned.push({ part: 'public', what: '', more: open.after })
  return [...lists, ...turned]
}
