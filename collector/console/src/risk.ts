// SPDX-License-Identifier: Apache-2.0
// The risk assessment as the collector gives it: each score with the row of the model and the evidence that it comes from.
interface Level {
  level: number
  level_zh: string
  level_en: string
}
interface Whole extends Level {
  score: number
  worst: number
  mean: number
  weight: number
  parts: number
}
interface Factor {
  value: number
  reason: string
  reason_en: string
  /** Id of the event. */
  evidence?: string
}
export interface RiskAsset extends Level {
  device: number
  sensor: string
  address: string
  name?: string
  role?: string
  zone: string
  importance: Factor
  threat: Factor & { alerts?: number }
  vulnerability: Factor & { finding?: string; exposures?: number }
  likelihood: number
  loss: number
  risk: number
}
export interface Risk {
  model: { name: string; zh: string; en: string; method: string; source: string; certainty: string; certainty_en: string; share: number; share_reason: string; share_reason_en: string }
  since: string
  until: string
  whole: Whole
  own: Whole
  levels: (Level & { assets: number })[]
  zones: (Whole & { zone: string })[]
  assets: RiskAsset[]
  asset_count: number
}

/** GB/T 30279 by the score of CVSS. */
export function gradeOf(cvss: number | undefined): 'critical' | 'high' | 'medium' | 'low' | undefined {
  return cvss === undefined ? undefined : cvss >= 9 ? 'critical' : cvss >= 7 ? 'high' : cvss >= 4 ? 'medium' : 'low'
}
