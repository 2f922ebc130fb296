// SPDX-License-Identifier: Apache-2.0
// Evidence on request: its shapes, and how a node below is asked from where one stands.
import type { Bilingual, PacketItem } from '@/api/types'
import type { WorkAction, WorkField } from '@/work'

export interface EvidenceRequest {
  number: number
  id: string
  /** From the parent, to be decided here; otherwise asked of a node below. */
  received: boolean
  node: string
  below: string
  kind: { name: 'capture' | 'address' } & Bilingual
  state: { name: string } & Bilingual
  subject: string
  reason: string
  author: string
  linked: string
  created: string
  changed: string
  due: string
  sha256: string
}

export interface EvidenceDetail extends EvidenceRequest {
  delivered: string | null
  content: { alert?: string; packets?: (Omit<PacketItem, 'hex'> & { /** Base 64, as the sensor told it. */ data: string })[]; truncated?: boolean; pseudonym?: string; address?: string } | null
  actions: WorkAction[]
  steps: { action: string; actor: string; comment: string; time: string; signer: string; verified: boolean }[]
}

export const askFields: WorkField[] = [
  { name: 'node', needed: true },
  { name: 'kind', needed: true, choices: ['capture', 'address'] },
  { name: 'subject', needed: true, long: true },
  { name: 'reason', needed: true, long: true },
  { name: 'due', needed: true, time: true },
]

/** The node that sent what a sensor below saw: "district-1/plant-a/probe" comes from "district-1/plant-a"; undefined: a sensor of one's own. */
export function nodeOf(sensor: string): string | undefined {
  const slash = sensor.lastIndexOf('/')
  return slash > 0 ? sensor.slice(0, slash) : undefined
}

/** The packets as those of an alert are shown: their bytes in hex. */
export function packetsOf(content: EvidenceDetail['content']): PacketItem[] {
  const hex = (data: string): string => Array.from(atob(data), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  return (content?.packets ?? []).map(({ data, ...packet }) => ({ ...packet, hex: hex(data) }))
}
