// SPDX-License-Identifier: Apache-2.0
// Whom to call about an alert, by what the operation does to the process.
import type { Severity } from '@/api/types'
import type { Word } from '@/words'

const byClass: Record<string, Word[]> = {
  mode: ['call.automation', 'call.shift'],
  program: ['call.automation', 'call.shift'],
  firmware: ['call.automation', 'call.shift'],
  configure: ['call.automation', 'call.network'],
  control: ['call.operator', 'call.process'],
  write: ['call.operator', 'call.process'],
  time: ['call.automation', 'call.network'],
}
const otherwise: Word[] = ['call.network', 'call.automation']

export function contactsFor(operationClass: string | undefined, severity: Severity): Word[] {
  const people = byClass[operationClass ?? ''] ?? otherwise
  return severity === 1 ? [...people, 'call.officer'] : people
}
