// SPDX-License-Identifier: Apache-2.0
// The console in a real browser against the stand-in collector: every page in both languages, and the officer's work with mouse and keyboard.
import { after, before, test } from 'node:test'
import { readFileSync } from 'node:fs'
import assert from 'node:assert/strict'
import { axeFindings, clean, launch, overflows, shot, signIn, until, visit } from './browser.mjs'
import { startMock } from './mock-server.mjs'

let browser
before(async () => {
  browser = await launch()
})
after(() => browser.close())

async function opened(t, options = {}, visitor = {}) {
  const mock = await startMock(options)
  const one = await visit(browser, mock.address, visitor)
  t.after(async () => {
    await one.context.close()
    await mock.close()
  })
  return { ...one, mock }
}

const pages = [
  ['overview', '/overview', '.figure'],
  ['incidents', '/incidents/2?state=all', 'article.incident .cause h3'],
  ['suppressions', '/suppressions', '.el-table__row'],
  ['exposure', '/exposure', '.el-table__row'],
  ['failures', '/failures', '.grade'],
  ['baseline', '/baseline', '.el-table__row'],
  ['variables', '/variables', '.course .u-over'],
  ['visibility', '/visibility', '.score'],
  ['changes', '/changes', '.el-table__row'],
  ['alerts', '/alerts', '.item'],
  ['alert', '/alerts/01JDWANGLOU000000000000002', 'article.alert'],
  ['devices', '/devices', '.el-table__row'],
  ['device', '/devices/1', '.proofs'],
  ['topology', '/topology', '.picture canvas'],
  ['operations', '/operations', '.el-table__row'],
  ['events', '/events', '.el-table__row'],
  ['protocols', '/protocols', '.body .el-table__row'],
  ['sensors', '/sensors', '.el-table__row'],
  ['account', '/account', '.part .el-button'],
  ['missing', '/nowhere', '.empty'],
]

for (const [language, theme, width, height] of [['zh', 'light', 1366, 768], ['zh', 'dark', 1920, 1080], ['en', 'dark', 1366, 768]])
  test(`every page reads well: ${language}, ${theme}, ${width}×${height}`, async (t) => {
    const one = await opened(t, {}, { language, theme, width, height })
    await one.page.goto(`${one.address}/alerts`)
    await one.page.waitForSelector('#user')
    await shot(one.page, `sign-in-${language}-${theme}`)
    assert.deepEqual(await axeFindings(one.page), [])
    await signIn(one)
    await one.page.waitForSelector('.figure')
    for (const [name, path, ready] of pages) {
      await one.page.goto(one.address + path)
      await one.page.waitForSelector(ready)
      await shot(one.page, `${name}-${language}-${theme}`)
      assert.deepEqual(await overflows(one.page), [], `${name}: text overflows`)
      // The two themes and the two languages are both seen by axe, without every pair of them.
      if ((language === 'zh') === (theme === 'light')) assert.deepEqual(await axeFindings(one.page), [], `${name}: axe`)
      const words = await one.page.evaluate(() => document.body.innerText)
      if (language === 'zh') assert.match(words, /[一-鿿]/, `${name} has no Chinese`)
    }
    clean(one)
  })

test('empty states say what to do', async (t) => {
  for (const language of ['zh', 'en']) {
    const one = await opened(t, { empty: true }, { language })
    await signIn(one)
    await one.page.waitForSelector('.empty')
    for (const name of ['overview', 'incidents', 'suppressions', 'exposure', 'failures', 'baseline', 'variables', 'visibility', 'changes', 'warnings', 'tasks', 'tickets', 'alerts', 'devices', 'topology', 'operations', 'events', 'sensors']) {
      await one.page.goto(`${one.address}/${name}`)
      await one.page.waitForSelector('.empty p')
      await shot(one.page, `empty-${name}-${language}`)
    }
    clean(one)
  }
})

test('the one-time password has to be changed before anything else', async (t) => {
  const one = await opened(t, { mustChange: true })
  await signIn(one, 'security', 'wrong')
  await one.page.waitForSelector('[role=alert]')
  assert.match(await one.page.textContent('[role=alert]'), /口令不对/)
  await signIn(one)
  await one.page.waitForURL(/\/password/)
  await shot(one.page, 'password-zh-light')
  await one.page.goto(`${one.address}/alerts`)
  await one.page.waitForURL(/\/password/)
  await one.page.fill('#old', 'one-time')
  await one.page.fill('#new', 'short')
  await one.page.fill('#again', 'short')
  await one.page.click('button[type=submit]')
  assert.match(await one.page.textContent("[role=alert]"), /10 个字符/)
  await one.page.fill('#new', 'My password is 1')
  await one.page.fill('#again', 'My password is 1')
  await one.page.click('button[type=submit]')
  await until(one.page, () => document.querySelector('[role=alert]')?.textContent.includes('常见口令'))
  await one.page.fill('#new', 'furnace river lantern nine')
  await one.page.fill('#again', 'furnace river lantern nine')
  await one.page.click('button[type=submit]')
  await one.page.waitForURL(/\/alerts/)
  await one.page.waitForSelector('.item')
  clean(one)
})

test('working through the inbox with the keyboard', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.click('nav a[href="/alerts"]')
  await one.page.waitForSelector('.item')
  const open = one.mock.plant.alerts.filter((alert) => alert.item.state === 'open')
  await one.page.keyboard.press('j')
  await one.page.waitForSelector('article.alert')
  assert.match(one.page.url(), new RegExp(open[0].item.id))
  await one.page.keyboard.press('j')
  await one.page.keyboard.press('k')
  await one.page.waitForURL(new RegExp(open[0].item.id))

  await one.page.waitForSelector('article.alert h1')
  await one.page.keyboard.press('a')
  await one.page.waitForURL(new RegExp(open[1].item.id))
  assert.equal(open[0].item.state, 'acknowledged')

  await one.page.keyboard.press('e')
  await one.page.waitForSelector('.el-dialog')
  await one.page.click('.el-dialog .el-button--primary')
  await one.page.waitForSelector('.el-dialog [role=alert]')
  await one.page.fill('#comment', '现场确认不是我方操作')
  await shot(one.page, 'escalate-zh-light')
  await one.page.click('.el-dialog .el-button--primary')
  await one.page.waitForURL(new RegExp(open[2].item.id))
  assert.equal(open[1].item.state, 'escalated')
  assert.equal(open[1].history.at(-1).comment, '现场确认不是我方操作')

  await one.page.waitForSelector('.el-dialog', { state: 'hidden' })
  await one.page.keyboard.press('c')
  await one.page.waitForSelector('.el-dialog')
  await one.page.click('.el-dialog .el-radio:nth-child(2)')
  await shot(one.page, 'close-zh-light')
  await one.page.click('.el-dialog .el-button--primary')
  await one.page.waitForURL(new RegExp(open[3].item.id))
  assert.equal(open[2].item.state, 'closed')
  assert.equal(open[2].history.at(-1).reason, 'maintenance')

  await one.page.waitForSelector('.el-dialog', { state: 'hidden' })
  await one.page.keyboard.press('/')
  await one.page.keyboard.type('IEC 104')
  await one.page.keyboard.press('Enter')
  await one.page.waitForURL(/q=IEC/)
  await until(one.page, () => [...document.querySelectorAll('.item .name')].every((name) => name.textContent.includes('IEC 104')))
  await one.page.keyboard.press('Escape')
  await one.page.keyboard.press('?')
  await one.page.waitForSelector('.keys')
  await shot(one.page, 'keys-zh-light')
  clean(one)
})

test('an incident is dealt with as a whole, with the keyboard', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.click('nav a[href="/incidents"]')
  await one.page.waitForSelector('.item')
  await one.page.keyboard.press('j')
  await one.page.waitForSelector('article.incident .cause')
  const path = new URL(one.page.url()).pathname.split('/').pop()
  const alerts = await one.page.evaluate(async (id) => (await (await fetch(`/api/v1/incidents/${id}`)).json()).items.map((item) => item.id), path)
  const own = () => one.mock.plant.alerts.filter((alert) => alerts.includes(alert.item.id))
  assert.ok(alerts.length > 1)
  assert.match(await one.page.textContent('.cause'), new RegExp(own().at(-1).item.rule))

  await one.page.keyboard.press('m')
  await one.page.click('.el-dialog:visible .el-button--primary')
  await one.page.waitForSelector('.el-dialog [role=alert]')
  await one.page.fill('#note', '已电话通知仪控班')
  await shot(one.page, 'incident-comment-zh-light')
  await one.page.click('.el-dialog:visible .el-button--primary')
  await one.page.waitForSelector('.el-dialog', { state: 'hidden' })
  assert.ok(own().every((alert) => alert.history.at(-1).comment === '已电话通知仪控班'))

  await one.page.click('.actions button:has-text("指派")')
  await one.page.click('.el-dialog:visible .el-select')
  await one.page.click('.el-select-dropdown__item:visible >> nth=1')
  await one.page.click('.el-dialog:visible .el-button--primary')
  await until(one.page, () => document.querySelector('article.incident .marks').textContent.includes('security'))
  assert.ok(own().every((alert) => alert.item.assignee === 'security'))

  await one.page.waitForSelector('.el-dialog', { state: 'hidden' })
  await one.page.keyboard.press('a')
  await until(one.page, (id) => !location.pathname.endsWith(`/${id}`), 15_000, path)
  assert.ok(own().every((alert) => alert.item.state === 'acknowledged'))

  await one.page.click('.course a >> nth=0')
  await one.page.waitForSelector('.back')
  await one.page.waitForSelector('article.alert h1')
  await shot(one.page, 'incident-alert-zh-light')
  await one.page.keyboard.press('Escape')
  await one.page.waitForSelector('article.incident')
  clean(one)
})

test('packets before and after are shown as bytes, or plainly not there', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  const [kept, none] = [0, 1].map((rest) => one.mock.plant.alerts.find((alert) => (alert.event.pcap_cnt % 3 === 0) === (rest === 0)).item.id)
  await one.page.goto(`${one.address}/alerts/${kept}?state=all`)
  await one.page.waitForSelector('.packets .bytes')
  assert.match(await one.page.textContent('.packets .bytes'), /57 41 4e 47 4c 4f +55[\s\S]*WANGLOU packet/)
  assert.equal(await one.page.getAttribute('.packets .head a', 'href'), `/api/v1/alerts/${kept}/packets.pcap`)
  await one.page.evaluate(() => document.querySelector('.packets').scrollIntoView())
  await shot(one.page, 'packets-zh-light')
  assert.deepEqual(await axeFindings(one.page), [])
  await one.page.goto(`${one.address}/alerts/${none}?state=all`)
  await one.page.waitForSelector('article.alert .none')
  clean(one)
})

test('alerts are suppressed for a time, and the suppression is withdrawn', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.goto(`${one.address}/alerts/01JDWANGLOU000000000000002`)
  await one.page.click('.actions button:has-text("抑制")')
  await one.page.click('.el-dialog:visible .el-button--primary')
  await one.page.waitForSelector('.el-dialog [role=alert]')
  await one.page.fill('#why', '计划检修')
  await shot(one.page, 'suppress-zh-light')
  await one.page.click('.el-dialog:visible .el-button--primary')
  await one.page.waitForSelector('.el-message--success')
  const made = one.mock.plant.suppressions.at(-1)
  assert.deepEqual([made.rule, made.source, made.target, made.sensor, made.reason], ['wl-modbus-0003', '192.168.77.131', '10.20.1.30', '', '计划检修'])
  assert.ok(Math.abs(Date.parse(made.until) - Date.now() - 86_400_000) < 60_000)
  await one.page.goto(`${one.address}/suppressions`)
  await until(one.page, () => document.querySelectorAll('.el-table__row').length === 2)
  await one.page.click('.el-table__row:has-text("计划检修") button')
  await one.page.click('.el-message-box .el-button--primary')
  await until(one.page, () => document.querySelectorAll('.el-table__row').length === 1)
  assert.equal(made.in_force, false)
  clean(one)
})

test('the second factor and tokens are set up in one place', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.click('.bar .el-dropdown button')
  await one.page.click('.el-dropdown-menu__item:has-text("动态口令与令牌")')
  await one.page.click('.part .el-button--primary')
  await one.page.waitForSelector('.enrol svg path')
  assert.match(await one.page.textContent('.enrol .secret'), /^JBSWY3/)
  assert.deepEqual(await axeFindings(one.page), [])
  await shot(one.page, 'second-factor-zh-light')
  await one.page.fill('#factor-code', '000000')
  await one.page.click('.enrol button[type=submit]')
  await one.page.waitForSelector('.part [role=alert]')
  await one.page.fill('#factor-code', '123456')
  await one.page.click('.enrol button[type=submit]')
  await until(one.page, () => document.querySelectorAll('.codes li').length === 8)
  await shot(one.page, 'recovery-codes-zh-light')

  await one.page.click('.head .el-button')
  await one.page.fill('#token-name', '集团 SIEM')
  await shot(one.page, 'token-new-zh-light')
  await one.page.click('.el-dialog:visible button[type=submit]')
  await one.page.waitForSelector('.secret:has-text("wlt_")')
  await one.page.waitForTimeout(400)
  await one.page.click('.el-dialog:has(.secret) .el-dialog__headerbtn')
  await one.page.click('.el-table__row button')
  await one.page.click('.el-message-box .el-button--primary')
  await until(one.page, () => document.querySelector('.el-table__row').textContent.includes('已吊销'))
  clean(one)
})

test('several alerts are closed at once', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.goto(`${one.address}/alerts`)
  await one.page.waitForSelector('.item')
  await one.page.keyboard.press('j')
  await one.page.waitForSelector('article.alert h1')
  await one.page.keyboard.press('*')
  await one.page.waitForSelector('.many')
  await shot(one.page, 'select-zh-light')
  const first = one.mock.plant.alerts.find((alert) => alert.item.state === 'open').item
  const alike = one.mock.plant.alerts.map((alert) => alert.item).filter((item) => item.state === 'open' && item.rule === first.rule && item.src_ip === first.src_ip)
  assert.ok(alike.length > 3)
  await one.page.keyboard.press('c')
  await one.page.waitForSelector('.el-dialog')
  await one.page.click('.el-dialog .el-radio:nth-child(4)')
  await one.page.click('.el-dialog .el-button--primary')
  await one.page.waitForSelector('.many', { state: 'detached' })
  assert.ok(alike.every((item) => item.state === 'closed'))
  assert.equal(await one.page.evaluate((name) => [...document.querySelectorAll('.item .name')].filter((item) => item.textContent === name).length, first.signature), 0)
  clean(one)
})

test('the filtered list leaves as CSV', async (t) => {
  const one = await opened(t, { alerts: 250 })
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.goto(`${one.address}/alerts?state=all&severity=1`)
  await one.page.waitForSelector('.item')
  await one.page.click('.sum .el-dropdown button')
  const [download] = await Promise.all([one.page.waitForEvent('download'), one.page.click('.el-dropdown-menu__item:visible')])
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n')
  const critical = one.mock.plant.alerts.filter((alert) => alert.item.severity === 1)
  assert.equal(lines.length, critical.length + 1)
  assert.ok(lines.slice(1).every((line) => line.includes(',1,')))
  clean(one)
})

test('alerts arrive live, and wait while the officer reads further down', async (t) => {
  const one = await opened(t, { alerts: 400 })
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.goto(`${one.address}/alerts`)
  await one.page.waitForSelector('.item')
  await one.page.waitForSelector('.live:not(.down)')
  const badge = async () => Number(await one.page.textContent('nav .badge'))
  const before = await badge()
  const fresh = one.mock.plant.makeAlert(900, 1)
  one.mock.plant.alerts.unshift(fresh)
  one.mock.push('alert', fresh.item)
  await until(one.page, () => document.querySelector('.item .name').textContent.includes('未登记主机'))
  assert.equal(await badge(), before + 1)

  await one.page.evaluate(() => document.querySelector('.scroll').scrollTo({ top: 1500 }))
  const later = one.mock.plant.makeAlert(901, 4)
  one.mock.plant.alerts.unshift(later)
  one.mock.push('alert', later.item)
  await one.page.waitForSelector('.sum .arrived')
  await one.page.click('.sum .arrived')
  await until(one.page, () => document.querySelector('.item .name').textContent.includes('DNP3'))

  const rows = () => one.page.evaluate(() => document.querySelectorAll('.item').length)
  for (let i = 0; i < 12; i++) {
    await one.page.evaluate(() => document.querySelector('.scroll').scrollBy({ top: 1500 }))
    await one.page.waitForTimeout(60)
  }
  assert.ok((await rows()) < 60, 'only the rows in sight are made')
  clean(one)
})

test('a list of a million alerts scrolls smoothly', async (t) => {
  const one = await opened(t, { alerts: 500, pretend: 1_000_000 })
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.goto(`${one.address}/alerts?state=all`)
  await one.page.waitForSelector('.item')
  assert.match(await one.page.textContent('.sum'), /1,000,000/)
  const frames = await one.page.evaluate(async () => {
    const box = document.querySelector('.scroll')
    const gaps = []
    let last = performance.now()
    for (let i = 0; i < 300; i++) {
      box.scrollBy({ top: 400 })
      await new Promise((done) => requestAnimationFrame(done))
      const now = performance.now()
      gaps.push(now - last)
      last = now
    }
    return { gaps: gaps.sort((a, b) => a - b), rows: document.querySelectorAll('.item').length, top: box.scrollTop }
  })
  t.diagnostic(`frame gaps while scrolling ${Math.round(frames.top / 60)} rows: median ${frames.gaps[150].toFixed(0)} ms, 95 % ${frames.gaps[285].toFixed(0)} ms; ${frames.rows} rows in the page`)
  assert.ok(frames.top > 60_000, `came only to ${frames.top}`)
  assert.ok(frames.rows < 60)
  assert.ok(frames.gaps[150] < 50 && frames.gaps[285] < 200, `${frames.gaps[150]} ${frames.gaps[285]}`)
  clean(one)
})

test('the alert says what, where, what it can do, what to check and whom to call', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.goto(`${one.address}/alerts/01JDWANGLOU000000000000002`)
  await until(one.page, () => document.querySelector('article.alert')?.innerText.includes('循环水泵站'))
  const text = await one.page.innerText('article.alert')
  for (const part of ['发生了什么', '在哪台机器', '对生产的影响', '要核查什么', '找谁', '当班操作员', '写多个寄存器', '功能码', 'modbus.func_code', '修改参数', '另有 12 个值', '长度域与实际长度不符']) assert.ok(text.includes(part), `"${part}" is missing`)
  await one.page.click('.language')
  await until(one.page, () => document.querySelector('article.alert')?.innerText.includes('Whom to call'))
  const english = await one.page.innerText('article.alert')
  for (const part of ['What happened', 'Operator on duty', 'Write multiple registers', 'Function code', 'Modify Parameter', 'Length field differs']) assert.ok(english.includes(part), `"${part}" is missing`)
  clean(one)
})

test('each role sees its own pages and no others', async (t) => {
  const one = await opened(t)
  const nav = () => one.page.evaluate(() => [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href')))
  await signIn(one, 'admin')
  await one.page.waitForSelector('.figure')
  assert.deepEqual(await nav(), ['/overview', '/sensors', '/accounts', '/protocols'])
  await shot(one.page, 'overview-administrator-zh-light')
  await one.page.goto(`${one.address}/alerts`)
  await one.page.waitForSelector('.empty')
  assert.match(one.page.url(), /forbidden/)
  await shot(one.page, 'forbidden-zh-light')
  await one.page.goto(`${one.address}/accounts`)
  await one.page.waitForSelector('.el-table__row')
  assert.deepEqual(await axeFindings(one.page), [])
  await shot(one.page, 'accounts-zh-light')

  await one.page.click('.el-table__row:has-text("security") .scope')
  await one.page.fill('.el-message-box input', 'xiashan/refinery-1')
  await shot(one.page, 'account-scope-zh-light')
  await one.page.click('.el-message-box .el-button--primary')
  await until(one.page, () => document.querySelector('main').textContent.includes('xiashan/refinery-1'))
  assert.deepEqual(await overflows(one.page), [])

  await one.page.click('.page-head .el-button--primary')
  await one.page.fill('#new-user', 'security')
  await one.page.fill('#new-name', '李安')
  await one.page.click('.el-dialog button[type=submit]')
  await one.page.waitForSelector('.el-message--error')
  await one.page.fill('#new-user', 'lian')
  await shot(one.page, 'account-new-zh-light')
  await one.page.click('.el-dialog button[type=submit]')
  await one.page.waitForSelector('.secret')
  await shot(one.page, 'account-told-zh-light')
  assert.equal(await one.page.textContent('.secret'), 'ABCDE-FGHJK-MNPQR')

  await one.context.clearCookies()
  await signIn(one, 'audit')
  await one.page.waitForURL(/\/audit/)
  await one.page.waitForSelector('.el-table__row')
  assert.deepEqual(await nav(), ['/audit', '/protocols'])
  await one.page.click('.page-head .el-button:has-text("校验完整性")')
  await one.page.waitForSelector('.verdict:not(.bad)')
  await shot(one.page, 'audit-zh-light')
  assert.deepEqual(await axeFindings(one.page), [])
  await one.page.click('.language')
  await shot(one.page, 'audit-en-light')
  await one.page.goto(`${one.address}/devices/1`)
  await one.page.waitForURL(/forbidden/)
  clean(one)
})

test('a sensor says what it saw and what it lost', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.goto(`${one.address}/sensors`)
  await one.page.click('.el-table__row:first-child .el-table__expand-icon')
  await one.page.waitForSelector('.counters')
  const text = await one.page.innerText('main')
  for (const part of ['812,331', '看得见的流量不完整', 'TCP 缺口 4', '缺口字节 5,840']) assert.ok(text.includes(part), `"${part}" is missing`)
  await one.page.hover('.page-head .tip')
  await one.page.waitForSelector('.help-tip:visible')
  await shot(one.page, 'sensor-health-zh-light')
  assert.deepEqual(await axeFindings(one.page), [])
  clean(one)
})

test('an expired session returns to the sign-in page and back to where one was', async (t) => {
  const one = await opened(t)
  await signIn(one)
  await one.page.waitForSelector('.figure')
  await one.page.goto(`${one.address}/devices?q=Siemens`)
  await one.page.waitForSelector('.el-table__row')
  await one.context.clearCookies()
  await one.page.click('nav a[href="/sensors"]')
  await one.page.waitForSelector('#user')
  await signIn({ ...one, address: one.address }).catch(() => {})
  await one.page.waitForSelector('.figure')
  clean(one)
})
