// SPDX-License-Identifier: Apache-2.0
// Whom to call about an alert, by what the operation does to the process: duties, as collector/service/site.h names them.
import type { Severity } from '@/api/types'

const duties = ['automation', 'shift', 'operator', 'process', 'network', 'officer'] as const
export type Duty = (typeof duties)[number]

const byClass: Record<string, Duty[]> = {
  mode: ['automation', 'shift'],
  program: ['automation', 'shift'],
  firmware: ['automation', 'shift'],
  configure: ['automation', 'network'],
  control: ['operator', 'process'],
  write: ['operator', 'process'],
  time: ['automation', 'network'],
}
const otherwise: Duty[] = ['network', 'automation']

export function contactsFor(operationClass: string | undefined, severity: Severity): Duty[] {
  const people = byClass[operationClass ?? ''] ?? otherwise
  return severity === 1 ? [...people, 'officer'] : people
}
