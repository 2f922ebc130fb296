// SPDX-License-Identifier: Apache-2.0
// What a node tells of its own way here: how much waits, is missing or was refused, and how far its clock is off.
import type { NodeItem } from '@/api/types'
import { count, duration } from '@/format'
import type { Word } from '@/words'

export interface Counter {
  title: Word
  hint: Word
  /** Empty where the node told nothing. */
  text: (node: NodeItem) => string
  bad: (node: NodeItem) => boolean
}

/** A clock further off than this (3 s) makes times hard to compare. */
const clockMost = 3e6

export const counters: readonly Counter[] = [
  { title: 'sensors.backlog', hint: 'sensors.backlogHint', text: (node) => (node.backlog === undefined ? '' : count(node.backlog)), bad: () => false },
  { title: 'sensors.gap', hint: 'sensors.gapHint', text: (node) => count(node.gap ?? 0), bad: (node) => Boolean(node.gap) },
  { title: 'sensors.refused', hint: 'sensors.refusedHint', text: (node) => count(node.refused ?? 0), bad: (node) => Boolean(node.refused) },
  {
    title: 'sensors.clock',
    hint: 'sensors.clockHint',
    text: (node) => (node.clock_offset_us === undefined ? '' : `${node.clock_offset_us < 0 ? '−' : ''}${duration(Math.abs(node.clock_offset_us) / 1e6)}`),
    bad: (node) => Math.abs(node.clock_offset_us ?? 0) > clockMost,
  },
]
