// SPDX-License-Identifier: Apache-2.0
// Addresses of the console's pages; each page is its own chunk. Nobody gets past the sign-in without a session.
import { createRouter, createWebHistory } from 'vue-router'
import { whenSignedOut } from '@/api/client'
import { forget, resume, session } from '@/session'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/overview' },
    { path: '/sign-in', name: 'sign-in', component: () => import('@/pages/SignInPage.vue'), meta: { bare: true, open: true, title: 'signIn.title' } },
    { path: '/password', name: 'password', component: () => import('@/pages/PasswordPage.vue'), meta: { bare: true, title: 'password.title' } },
    { path: '/overview', name: 'overview', component: () => import('@/pages/OverviewPage.vue'), meta: { title: 'overview.title' } },
    { path: '/alerts/:id?', name: 'alerts', component: () => import('@/pages/AlertsPage.vue'), meta: { title: 'alerts.title' } },
    { path: '/devices', name: 'devices', component: () => import('@/pages/DevicesPage.vue'), meta: { title: 'devices.title' } },
    { path: '/devices/:id', name: 'device', component: () => import('@/pages/DevicePage.vue'), props: true, meta: { title: 'devices.title' } },
    { path: '/operations', name: 'operations', component: () => import('@/pages/OperationsPage.vue'), meta: { title: 'operations.title' } },
    { path: '/events', name: 'events', component: () => import('@/pages/EventsPage.vue'), meta: { title: 'events.title' } },
    { path: '/protocols', name: 'protocols', component: () => import('@/pages/ProtocolsPage.vue'), meta: { title: 'protocols.title' } },
    { path: '/sensors', name: 'sensors', component: () => import('@/pages/SensorsPage.vue'), meta: { title: 'sensors.title' } },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('@/pages/MissingPage.vue'), meta: { title: 'state.notFound' } },
  ],
})

router.beforeEach(async (to) => {
  if (to.meta.open) return true
  try {
    if (!session.value && !(await resume())) return { name: 'sign-in', query: { to: to.fullPath } }
  } catch {
    return { name: 'sign-in', query: { to: to.fullPath } }
  }
  if (session.value?.must_change_password && to.name !== 'password') return { name: 'password', query: { to: to.fullPath } }
  return true
})

whenSignedOut(() => {
  forget()
  const { fullPath, name } = router.currentRoute.value
  if (name !== 'sign-in') void router.push({ name: 'sign-in', query: { to: fullPath } })
})

/** Where to go after signing in: only ever a page of this console. */
export function landing(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/overview'
}
