// SPDX-License-Identifier: Apache-2.0
// Who is signed in: kept in memory only; the browser holds nothing but the collector's HttpOnly cookie.
import { readonly, ref } from 'vue'
import { ApiFault, call, setCsrf } from '@/api/client'
import { closeLive, openLive } from '@/api/live'
import type { Role, Session } from '@/api/types'

const current = ref<Session | null>(null)
export const session = readonly(current)

export function hasRole(roles: readonly Role[]): boolean {
  return roles.some((role) => current.value?.roles.includes(role))
}

function take(value: Session | null): void {
  current.value = value
  setCsrf(value?.csrf ?? '')
  if (value && !value.must_change_password && hasRole(['officer'])) openLive()
  else closeLive()
}

/** Asks the collector whether the cookie still stands; false when nobody is signed in. */
export async function resume(): Promise<boolean> {
  try {
    take(await call<Session>('GET', '/session'))
    return true
  } catch (fault) {
    if (fault instanceof ApiFault && fault.status === 401) return false
    throw fault
  }
}

export async function signIn(user: string, password: string, totp?: string): Promise<Session> {
  const opened = await call<Session>('POST', '/session', { user, password, ...(totp ? { totp } : {}) })
  take(opened)
  return opened
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  take(await call<Session>('POST', '/session/password', { old, new: fresh }))
}

export async function signOut(): Promise<void> {
  try {
    await call('DELETE', '/session')
  } finally {
    take(null)
  }
}

export function forget(): void {
  take(null)
}
