// SPDX-License-Identifier: Apache-2.0
// What the failure database says of each device: means with their intervals, trend and forecast; shapes, and where a value stands on a scale.
import type { Verdict } from '@/states'

export interface Reliability {
  failures: number
  open: number
  exposure: number
  down: number
  back_test: { forecasts: number; brier: number; base_rate: number; skill: number | null }
  assets: ReliableAsset[]
}
export interface ReliableAsset {
  sensor: string
  asset: string
  failures: number
  open: number
  /** Hours. */
  exposure: number
  down: number
  mtbf: Verdict
  mttr: Verdict
  availability: Verdict
  trend: Verdict & { significant?: boolean; worsening?: boolean }
  forecast: Verdict
}

/** Hours that fit all means and intervals, on a scale of logarithms. */
export function hoursScale(assets: ReliableAsset[]): [number, number] {
  const known = assets.flatMap(({ mtbf }) => [mtbf.hours, mtbf.lower, mtbf.upper]).filter((n): n is number => n !== undefined && n > 0 && Number.isFinite(n))
  return known.length ? [Math.min(...known) / 1.3, Math.max(...known) * 1.3] : [1, 10]
}

/** Share of the way from the least to the most, by logarithms where asked; never outside. */
export function placeOn(value: number, [least, most]: [number, number], logarithms = false): number {
  const at = logarithms ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least)
  return Math.min(1, Math.max(0, at))
}
