// SPDX-License-Identifier: Apache-2.0
// Changing the state of one alert or of many, and telling the officer how it went.
import { ElMessage } from 'element-plus'
import { ApiFault, call } from '@/api/client'
import type { AlertState } from '@/api/types'
import { pick, t } from '@/words'

const done = { open: 'do.opened', acknowledged: 'do.acknowledged', escalated: 'do.escalated', closed: 'do.closed' } as const

export interface Explanation {
  reason?: string
  comment?: string
}

/** Answers with the alerts whose state is now the wanted one. */
export async function setStates(ids: string[], state: AlertState, words: Explanation = {}): Promise<string[]> {
  const changed: string[] = []
  let why = ''
  for (const id of ids)
    try {
      await call('POST', `/alerts/${encodeURIComponent(id)}/state`, { state, ...words })
      changed.push(id)
    } catch (fault) {
      if (!(fault instanceof ApiFault)) throw fault
      why = pick(fault.words)
    }
  const failed = ids.length - changed.length
  if (failed) ElMessage.error(ids.length === 1 ? why : t('do.someFailed', { n: failed, why }))
  else ElMessage.success(ids.length === 1 ? t(done[state]) : t('do.doneMany', { n: ids.length }))
  return changed
}
