// SPDX-License-Identifier: Apache-2.0
// The library of signatures that came with this console, and bundles of signatures on their way to the sensors: shapes and search.
import type { Bilingual, Named } from '@/api/types'
import type { WorkAction } from '@/work'

export interface Signature {
  id: string
  sid: number
  file: string
  name: Bilingual
  description?: Bilingual
  impact?: Bilingual
  check?: Bilingual
  severity: 'critical' | 'high' | 'medium' | 'low'
  category: string
  techniques?: string[]
  where?: string
  /** How many pieces of traffic it carries to prove itself, and whether it did when the library was built. */
  proofs: number
  proven: boolean
}

export interface Bundle {
  number: number
  id: string
  kind: Named
  state: Named
  name: string
  version: number
  digest: string
  size: number
  issuer: string
  author: string
  percent: number
  precedence: string
  created: string
  until: string | null
  about: { rules?: number; indicators?: number } | null
}
export interface BundleDetail extends Bundle {
  actions: WorkAction[]
  steps: { action: string; actor: string; time: string; percent: number; comment: string }[]
  nodes: { node: string; role: string; share: boolean; sent: boolean }[]
  told: { node: string; role: string; told: string; answer: { state: string; version?: number; reason?: string; rules?: number } & Partial<Bilingual> }[]
}

/** All of the words have to be somewhere in the signature. */
export function search(rules: readonly Signature[], words: string): Signature[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return rules.filter((rule) => {
    const text = [rule.id, rule.sid, rule.name.zh, rule.name.en, rule.description?.zh, rule.description?.en, rule.category, rule.where, rule.file, ...(rule.techniques ?? [])].join('\n').toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}
