// SPDX-License-Identifier: Apache-2.0
// An act that the collector may refuse: do it, say that it worked, else say why not.
import { ElMessage } from 'element-plus'
import { ApiFault } from '@/api/client'
import { language, pick } from '@/words'

/** Why something failed, in the chosen language. */
export function faultWords(reason: unknown): string {
  return reason instanceof ApiFault ? pick(reason.words) : String(reason)
}

/** As faultWords, with the field or place that the collector names. */
export function faultPlace(fault: ApiFault): string {
  return [faultWords(fault), fault.detail].filter(Boolean).join(' · ')
}

/** A reason that the collector gives in both languages, "中文 / English", in the chosen one; else as it is. */
export function reasonWords(text: string): string {
  const [zh, en] = text.split(' / ')
  return (en && (language.value === 'zh' ? zh : en)) || text
}

/** The collector's reason where it gives one; undefined: it gives none. */
export const faultReason = (fault: ApiFault): string | undefined => (fault.detail.includes(' / ') ? reasonWords(fault.detail) : undefined)

export const showFault = (fault: ApiFault): void => void ElMessage.error(faultWords(fault))

/** Whether it worked. Only a refusal is told; anything else is a fault of the console itself and goes on. */
export async function attempt(work: () => Promise<unknown>, said = '', tell: (fault: ApiFault) => unknown = showFault): Promise<boolean> {
  try {
    await work()
  } catch (reason) {
    if (!(reason instanceof ApiFault)) throw reason
    tell(reason)
    return false
  }
  if (said) ElMessage.success(said)
  return true
}
