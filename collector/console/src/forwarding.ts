// SPDX-License-Identifier: Apache-2.0
// What a forwarding policy does to an event, field by field, told from the two that the collector gives; and how two policies differ.
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

export interface PolicyDifference {
  part: 'types' | 'fields' | 'pseudonyms' | 'severity' | 'public_addresses'
  added: string[]
  removed: string[]
}
/** What the proposed one would add to the one in force, and take away. */
export function differences(now: Policy, proposed: Policy): PolicyDifference[] {
  const lists = (['types', 'fields', 'pseudonyms'] as const).map((part) => ({
    part,
    added: proposed[part].filter((one) => !now[part].includes(one)),
    removed: now[part].filter((one) => !proposed[part].includes(one)),
  }))
  const single = (['severity', 'public_addresses'] as const).map((part) => ({ part, added: now[part] === proposed[part] ? [] : [String(proposed[part])], removed: now[part] === proposed[part] ? [] : [String(now[part])] }))
  return [...lists, ...single].filter((one) => one.added.length || one.removed.length)
}
