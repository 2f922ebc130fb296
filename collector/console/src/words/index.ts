// SPDX-License-Identifier: Apache-2.0
// Every word the console says, in Chinese and English side by side, so that neither can be forgotten.
import { ref, watchEffect } from 'vue'
import type { Bilingual } from '@/api/types'
import { alertWords } from './alerts'
import { commonWords } from './common'
import { domainWords } from './domain'
import { leavingWords } from './leaving'
import { plantWords } from './plant'
import { conditionWords } from './condition'
import { peopleWords } from './people'
import { inspectionWords } from './inspection'
import { oversightWords } from './oversight'
import { regionWords } from './region'
import { registerWords } from './register'
import { setupWords } from './setup'
import { systemWords } from './system'
import { watchWords } from './watch'
import { workWords } from './work'

export type Language = 'zh' | 'en'
/** [Chinese, English] */
export type Pair = readonly [string, string]

export const words = { ...commonWords, ...domainWords, ...alertWords, ...plantWords, ...systemWords, ...watchWords, ...conditionWords, ...peopleWords, ...workWords, ...regionWords, ...registerWords, ...inspectionWords, ...oversightWords, ...setupWords, ...leavingWords } satisfies Record<string, Pair>
export type Word = keyof typeof words

const stored = 'wanglou.language'
export const language = ref<Language>(localStorage.getItem(stored) === 'en' ? 'en' : 'zh')

watchEffect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
})

export function setLanguage(chosen: Language): void {
  language.value = chosen
  localStorage.setItem(stored, chosen)
}

function fill(text: string, parameters: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole))
}

/** The words of a key in the chosen language; {name} is filled from the parameters. */
export function t(word: Word, parameters: Record<string, string | number> = {}): string {
  return fill(words[word][language.value === 'zh' ? 0 : 1], parameters)
}

/** For keys made of a prefix and a value from the API: the value itself where no words are known. */
export function tOr(word: string, otherwise: string): string {
  return word in words ? t(word as Word) : otherwise
}

/** The values that have words under a prefix, for choices that are said in words only. */
export function choicesOf(prefix: string): string[] {
  return Object.keys(words).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
}

/** Words that the API carries in both languages. */
export function pick(pair: Partial<Bilingual> | undefined | null): string {
  if (!pair) return ''
  return (language.value === 'zh' ? pair.zh || pair.en : pair.en || pair.zh) ?? ''
}
