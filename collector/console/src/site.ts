// SPDX-License-Identifier: Apache-2.0
// What this node says of itself: its name, who answers for what, how far the guided first run has come. Asked once a session.
import { computed, shallowRef, watch } from 'vue'
import { call } from '@/api/client'
import { hasRole, session } from '@/session'

export interface Person {
  duty: 'head' | 'officer' | 'shift' | 'operator' | 'automation' | 'process' | 'network' | 'authority'
  name: string
  phone: string
  /** Asked for by the first run of a plant, of a level above. */
  plant: boolean
  above: boolean
}
export type SetupStep = 'identity' | 'persons' | 'interface' | 'learn'
export const setupSteps: readonly SetupStep[] = ['identity', 'persons', 'interface', 'learn']
export interface Site {
  node: string
  name: string
  region: string
  industry: string
  level: '' | 'plant' | 'district' | 'city'
  interface: string
  finished: string | null
  persons: Person[]
  steps: Record<SetupStep, boolean>
  learning: { since: string | null; devices: number }
}

const current = shallowRef<Site | null>(null)
export const site = computed(() => current.value)
/** Who sees a part of a region only has nothing to set up here; neither has the auditor. */
export const maySetUp = computed(() => hasRole(['administrator', 'officer']) && !session.value?.scope)
export const openSteps = computed(() => (current.value && !current.value.finished ? setupSteps.filter((step) => !current.value!.steps[step]) : []))
export const unfinished = computed(() => Boolean(maySetUp.value && current.value && !current.value.finished))

/** A courtesy of other pages: without an answer they say nothing of it. */
export async function loadSite(): Promise<Site | null> {
  if (!maySetUp.value) return null
  current.value = await call<Site>('GET', '/site').catch(() => current.value)
  return current.value
}
export async function saveSite(changes: Partial<Record<'name' | 'region' | 'industry' | 'level' | 'interface', string>> & { finished?: boolean }): Promise<void> {
  current.value = await call<Site>('POST', '/site', changes)
}
export async function savePerson(person: Pick<Person, 'duty' | 'name' | 'phone'>): Promise<void> {
  current.value = await call<Site>('POST', '/site/persons', { duty: person.duty, name: person.name, phone: person.phone })
}

watch(session, (now, before) => {
  if (now?.user !== before?.user) current.value = null
})
