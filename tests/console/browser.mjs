// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium for the console's tests: signing in, screenshots, and every complaint of the page kept so that a test can fail on it.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import assert from 'node:assert/strict'

const require = createRequire(new URL('../../collector/console/package.json', import.meta.url))
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const shots = fileURLToPath(new URL('../../build/screenshots/', import.meta.url))
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags, timeout: 60_000 })

/** A fresh visitor; `complaints` holds every console error, page error, failed policy and foreign request. */
export async function visit(browser, address, { language = 'zh', theme = 'light', width = 1366, height = 768 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: language === 'zh' ? 'zh-CN' : 'en-GB', timezoneId: 'Asia/Shanghai', bypassCSP: false })
  await context.addInitScript(([lang, look]) => {
    localStorage.setItem('wanglou.language', lang)
    localStorage.setItem('wanglou.theme', look)
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))
  }, [language, theme])
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  // Dialogs and lists need not be watched while they unfold.
  const debug = await context.newCDPSession(page)
  await debug.send('Animation.enable')
  await debug.send('Animation.setPlaybackRate', { playbackRate: 100 })
  const complaints = []
  page.on('console', (message) => {
    // An answer of 4xx is the API's way of saying no; what the page makes of it is tested where it matters.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(address)) complaints.push(`foreign request: ${request.url()}`)
  })
  return { page, context, complaints, address }
}

export async function signIn(visitor, user = 'security', password = 'one-time') {
  const { page, address } = visitor
  await page.goto(`${address}/sign-in`)
  await page.fill('#user', user)
  await page.fill('#password', password)
  await page.click('button[type=submit]')
}

const sessions = new Map()
async function post(address, path, body, headers = {}) {
  const answer = await fetch(`${address}/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) })
  assert.ok(answer.ok, `${path}: ${answer.status} ${await (answer.ok ? '' : answer.text())}`)
  return { cookie: /^([^=]+)=([^;]+)/.exec(answer.headers.get('set-cookie')).slice(0, 3), ...(await answer.json()) }
}
async function openSession(address, user, password, own) {
  const opened = await post(address, '/session', { user, password })
  if (!opened.must_change_password) return opened
  return post(address, '/session/password', { old: password, new: own }, { Cookie: opened.cookie[0], 'X-CSRF-Token': opened.csrf })
}
/** A visitor who is signed in already; a session is opened once for all of a person's visits. A one-time password is changed to `own`. */
export async function enter({ context, address }, user = 'security', password = 'one-time', own = undefined) {
  const key = `${address} ${user}`
  if (!sessions.has(key)) sessions.set(key, openSession(address, user, password, own))
  const [, name, value] = (await sessions.get(key)).cookie
  await context.addCookies([{ name, value, url: address, httpOnly: true, sameSite: 'Strict' }])
}

/** Chooses in the select of a box: the option's place, or words that it has. The list is gone afterwards, so that it covers nothing. */
export async function choose(page, box, option) {
  await page.click(`${box} .el-select__wrapper`)
  await page.click(`.el-select-dropdown__item:visible${typeof option === 'number' ? ` >> nth=${option}` : `:has-text("${option}")`}`)
  await page.waitForSelector('.el-select-dropdown__item:visible', { state: 'hidden' })
}

/** To another page of the console as a link leads there, without loading the console anew; `ready` has to appear on the new page. */
export async function go(page, path, ready) {
  const wanted = ready.split(", ").flatMap((one) => [`main > :not([data-left]) ${one}`, `main > ${one}:not([data-left])`]).join(", ")
  await page.evaluate((to) => {
    if (location.pathname + location.search === to) return
    document.querySelector('main')?.firstElementChild?.setAttribute('data-left', '')
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate', { state: null }))
  }, path)
  await page.waitForSelector(wanted)
}

/** Waits until the page says yes. Playwright's own waitForFunction evaluates strings, which the page's policy forbids. */
export async function until(page, predicate, patience = 15_000, wanted = undefined) {
  for (const end = Date.now() + patience; Date.now() < end; await page.waitForTimeout(50)) if (await page.evaluate(predicate, wanted)) return
  assert.fail(`never came true: ${predicate}`)
}

export async function shot(page, name) {
  mkdirSync(shots, { recursive: true })
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: `${shots}${name}.png`, animations: 'disabled' })
}

/** Text cut off or sticking out of its box, where no ellipsis says so; the page itself never scrolls sideways. */
export async function overflows(page) {
  return page.evaluate(() => {
    const found = []
    if (document.documentElement.scrollWidth > innerWidth) found.push(`page is ${document.documentElement.scrollWidth} wide`)
    for (const box of document.querySelectorAll('.el-table__body-wrapper .el-scrollbar__wrap'))
      if (box.scrollWidth > box.clientWidth + 1) found.push(`table is ${box.scrollWidth} wide in ${box.clientWidth}`)
    for (const element of document.querySelectorAll('button, a, h1, h2, h3, th, dt, label, .el-button, .figure, nav span')) {
      const style = getComputedStyle(element)
      if (style.textOverflow === 'ellipsis' || style.display === 'inline' || element.closest('.visually-hidden, .skip, [hidden]')) continue
      if (element.clientWidth && element.scrollWidth > element.clientWidth + 1) found.push(`${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`)
    }
    return found
  })
}

/** axe-core's serious and critical findings. Injected through the debugger, since the page's policy allows no inline script. */
export async function axeFindings(page, runOnly = ['wcag2a', 'wcag2aa', 'wcag21aa']) {
  await page.evaluate(`window.axe ?? (() => { ${axe} })()`)
  const results = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] }), runOnly)
  return results.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).slice(0, 4).join(' | ')}`)
}

export function clean(visitor) {
  assert.deepEqual(visitor.complaints, [], 'the page complained')
}
