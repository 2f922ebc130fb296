// SPDX-License-Identifier: Apache-2.0
// Addresses of the console's pages; each page is its own chunk. Nobody gets past the sign-in without a session.
import { createRouter, createWebHistory } from 'vue-router'
import { whenSignedOut } from '@/api/client'
import type { Role } from '@/api/types'
import { forget, hasRole, resume, session } from '@/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Outside the shell. */
    bare?: boolean
    /** Reached without a session. */
    open?: boolean
    /** Who may see it, as the collector's own table of routes says; absent: everyone. */
    roles?: readonly Role[]
    title?: string
  }
}

const officer: readonly Role[] = ['officer']
const administrator: readonly Role[] = ['administrator']
const auditor: readonly Role[] = ['auditor']
const both: readonly Role[] = ['administrator', 'officer']
const watching: readonly Role[] = ['officer', 'auditor']

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'start', redirect: () => startPage() },
    { path: '/sign-in', name: 'sign-in', component: () => import('@/pages/SignInPage.vue'), meta: { bare: true, open: true, title: 'signIn.title' } },
    { path: '/password', name: 'password', component: () => import('@/pages/PasswordPage.vue'), meta: { bare: true, title: 'password.title' } },
    { path: '/setup/:step?', name: 'setup', component: () => import('@/pages/SetupPage.vue'), meta: { title: 'setup.title', roles: both } },
    { path: '/overview', name: 'overview', component: () => import('@/pages/OverviewPage.vue'), meta: { title: 'overview.title', roles: both } },
    { path: '/region', name: 'region', component: () => import('@/pages/RegionPage.vue'), meta: { title: 'region.title', roles: officer } },
    { path: '/regional/:number?', name: 'regional', component: () => import('@/pages/RegionalPage.vue'), meta: { title: 'regional.title', roles: officer } },
    { path: '/overdue', name: 'overdue', component: () => import('@/pages/OverduePage.vue'), meta: { title: 'overdue.title', roles: officer } },
    { path: '/evidence/:number?', name: 'evidence', component: () => import('@/pages/EvidencePage.vue'), meta: { title: 'evidence.title', roles: officer } },
    { path: '/wall', name: 'wall', component: () => import('@/pages/WallPage.vue'), meta: { bare: true, title: 'wall.title', roles: officer } },
    { path: '/incidents/:id?', name: 'incidents', component: () => import('@/pages/IncidentsPage.vue'), meta: { title: 'incidents.title', roles: officer } },
    { path: '/alerts/:id?', name: 'alerts', component: () => import('@/pages/AlertsPage.vue'), meta: { title: 'alerts.title', roles: officer } },
    { path: '/suppressions', name: 'suppressions', component: () => import('@/pages/SuppressionsPage.vue'), meta: { title: 'suppressions.title', roles: officer } },
    { path: '/warnings/:number?', name: 'warnings', component: () => import('@/pages/WorkPage.vue'), props: { kind: 'warnings' }, meta: { title: 'warnings.title', roles: officer } },
    { path: '/tasks/:number?', name: 'tasks', component: () => import('@/pages/WorkPage.vue'), props: { kind: 'tasks' }, meta: { title: 'tasks.title', roles: officer } },
    { path: '/bulletins/:number?', name: 'bulletins', component: () => import('@/pages/WorkPage.vue'), props: { kind: 'bulletins' }, meta: { title: 'bulletins.title', roles: officer } },
    { path: '/tickets/:number?', name: 'tickets', component: () => import('@/pages/WorkPage.vue'), props: { kind: 'tickets' }, meta: { title: 'tickets.title', roles: officer } },
    { path: '/cases/:number?', name: 'cases', component: () => import('@/pages/WorkPage.vue'), props: { kind: 'cases' }, meta: { title: 'cases.title', roles: officer } },
    { path: '/inspections/:year?', name: 'inspections', component: () => import('@/pages/InspectionsPage.vue'), meta: { title: 'inspection.title', roles: officer } },
    { path: '/enterprises', name: 'enterprises', component: () => import('@/pages/EnterprisesPage.vue'), meta: { title: 'enterprises.title', roles: officer } },
    { path: '/trainings', name: 'trainings', component: () => import('@/pages/TrainingsPage.vue'), meta: { title: 'trainings.title', roles: officer } },
    { path: '/declared', name: 'declared', component: () => import('@/pages/DeclaredPage.vue'), meta: { title: 'declared.title', roles: officer } },
    { path: '/uploads', name: 'uploads', component: () => import('@/pages/UploadsPage.vue'), meta: { title: 'uploads.title', roles: officer } },
    { path: '/devices', name: 'devices', component: () => import('@/pages/DevicesPage.vue'), meta: { title: 'devices.title', roles: officer } },
    { path: '/devices/:id', name: 'device', component: () => import('@/pages/DevicePage.vue'), props: true, meta: { title: 'devices.title', roles: officer } },
    { path: '/exposure', name: 'exposure', component: () => import('@/pages/ExposurePage.vue'), meta: { title: 'exposure.title', roles: officer } },
    { path: '/risk', name: 'risk', component: () => import('@/pages/RiskPage.vue'), meta: { title: 'risk.title', roles: officer } },
    { path: '/vulnerabilities', name: 'vulnerabilities', component: () => import('@/pages/VulnerabilitiesPage.vue'), meta: { title: 'vulnerabilities.title', roles: officer } },
    { path: '/failures', name: 'failures', component: () => import('@/pages/FailuresPage.vue'), meta: { title: 'failures.title', roles: officer } },
    { path: '/baseline', name: 'baseline', component: () => import('@/pages/BaselinePage.vue'), meta: { title: 'baseline.title', roles: officer } },
    { path: '/variables', name: 'variables', component: () => import('@/pages/VariablesPage.vue'), meta: { title: 'variables.title', roles: officer } },
    { path: '/visibility', name: 'visibility', component: () => import('@/pages/VisibilityPage.vue'), meta: { title: 'visibility.title', roles: officer } },
    { path: '/changes', name: 'changes', component: () => import('@/pages/ChangesPage.vue'), meta: { title: 'changes.title', roles: officer } },
    { path: '/topology', name: 'topology', component: () => import('@/pages/TopologyPage.vue'), meta: { title: 'topology.title', roles: officer } },
    { path: '/operations', name: 'operations', component: () => import('@/pages/OperationsPage.vue'), meta: { title: 'operations.title', roles: officer } },
    { path: '/events', name: 'events', component: () => import('@/pages/EventsPage.vue'), meta: { title: 'events.title', roles: officer } },
    { path: '/signatures', name: 'signatures', component: () => import('@/pages/SignaturesPage.vue'), meta: { title: 'signatures.title', roles: officer } },
    { path: '/protocols', name: 'protocols', component: () => import('@/pages/ProtocolsPage.vue'), meta: { title: 'protocols.title' } },
    { path: '/forwarding', name: 'forwarding', component: () => import('@/pages/ForwardingPage.vue'), meta: { title: 'forwarding.title', roles: watching } },
    { path: '/carry', name: 'carry', component: () => import('@/pages/CarryPage.vue'), meta: { title: 'carry.title', roles: officer } },
    { path: '/sensors', name: 'sensors', component: () => import('@/pages/SensorsPage.vue'), meta: { title: 'sensors.title', roles: both } },
    { path: '/account', name: 'account', component: () => import('@/pages/AccountPage.vue'), meta: { title: 'account.title' } },
    { path: '/accounts', name: 'accounts', component: () => import('@/pages/AccountsPage.vue'), meta: { title: 'accounts.title', roles: administrator } },
    { path: '/audit', name: 'audit', component: () => import('@/pages/AuditPage.vue'), meta: { title: 'audit.title', roles: auditor } },
    { path: '/forbidden', name: 'forbidden', component: () => import('@/pages/ForbiddenPage.vue'), meta: { title: 'state.forbidden' } },
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
  if (to.meta.roles && !hasRole(to.meta.roles)) return { name: 'forbidden' }
  return true
})

whenSignedOut(() => {
  forget()
  const { fullPath, name } = router.currentRoute.value
  if (name !== 'sign-in') void router.push({ name: 'sign-in', query: { to: fullPath } })
})

// After an update of the collector the old page's chunks are gone: the new console is loaded at the wanted address.
router.onError((error: unknown, to) => {
  if (error instanceof Error && /dynamically imported module|preload CSS/i.test(error.message)) location.assign(to.fullPath)
})

/** Each role's own first page. */
export function startPage(): string {
  return hasRole(both) || !session.value ? '/overview' : '/audit'
}

/** Where to go after signing in: only ever a page of this console. */
export function landing(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) && !/^\/(sign-in|forbidden)?($|\?)/.test(to) ? to : startPage()
}
