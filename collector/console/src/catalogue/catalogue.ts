// SPDX-License-Identifier: Apache-2.0
// The protocols' own titles (`wanglou protocols --json`), loaded only when a message is read.
import { shallowRef } from 'vue'
import type { Bilingual, FieldValue, OtRecord } from '@/api/types'
import { pick } from '@/words'

export interface CatalogueField extends Bilingual {
  name: string
  type: string
  values?: Record<string, [string, string]>
}

export interface CatalogueProtocol extends Bilingual {
  name: string
  specification?: string
  fields: CatalogueField[]
  operations?: (Bilingual & { name: string; code: number; class: string; technique?: string })[]
  anomalies?: (Bilingual & { name: string; severity: string })[]
}

export interface CatalogueDocument {
  protocols: CatalogueProtocol[]
  classes: (Bilingual & { name: string })[]
}

interface Catalogue {
  protocols: Map<string, CatalogueProtocol>
  fields: Map<string, CatalogueField>
}

export const catalogue = shallowRef<Catalogue | null>(null)
let loading: Promise<void> | null = null

export function indexCatalogue(document: CatalogueDocument): Catalogue {
  return {
    protocols: new Map(document.protocols.map((protocol) => [protocol.name, protocol])),
    fields: new Map(document.protocols.flatMap((protocol) => protocol.fields.map((field) => [field.name, field]))),
  }
}

export function loadCatalogue(): Promise<void> {
  loading ??= import('@protocols').then((module) => {
    catalogue.value = indexCatalogue(module.default)
  })
  return loading
}

export function protocolTitle(name: string): string {
  return pick(catalogue.value?.protocols.get(name)) || name
}

export function operationTitle(ot: OtRecord | undefined): string {
  return pick({ zh: ot?.operation_zh, en: ot?.operation_en }) || ot?.operation || ''
}

export function fieldTitle(name: string): string {
  return pick(catalogue.value?.fields.get(name)) || name
}

/** One value of a field in words, with the number behind it: "保持寄存器 (3)". */
export function valueWords(name: string, value: FieldValue): string {
  const text = value === null ? '' : String(value)
  const named = catalogue.value?.fields.get(name)?.values?.[text]
  return named ? `${pick({ zh: named[0], en: named[1] })} (${text})` : text
}
