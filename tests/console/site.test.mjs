// SPDX-License-Identifier: Apache-2.0
// The guided first run, what leaves a plant, and files between levels, over a real plant's and a real district's collector that no line joins.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { axeFindings, choose, clean, enter, go, launch, overflows, shot, signIn, until, visit } from './browser.mjs'
import { startDaemons } from './daemons.mjs'

const own = 'furnace river lantern nine'
let browser
let district
let plant
before(async () => {
  district = await startDaemons({ name: 'district-1' })
  plant = await startDaemons({ name: 'plant-a', carried: district })
  district.admit(plant)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await plant?.close()
  await district?.close()
})

/** Signs in for the first time as an officer does: with the one-time password, which has to be changed. */
async function first(t, level, user, options) {
  const one = await visit(browser, level.address, options)
  t.after(() => one.context.close())
  await signIn(one, user, level.passwords[user])
  await one.page.waitForURL(/\/password/)
  await one.page.fill('#old', level.passwords[user])
  await one.page.fill('#new', own)
  await one.page.fill('#again', own)
  await one.page.keyboard.press('Enter')
  await one.page.waitForSelector('aside nav')
  return one
}
async function again(t, level, user, options) {
  const one = await visit(browser, level.address, options)
  t.after(() => one.context.close())
  await enter(one, user, own)
  await one.page.goto(`${level.address}/overview`)
  await one.page.waitForSelector('aside nav')
  return one
}
const ask = (page, path) => page.evaluate(async (to) => (await fetch(`/api/v1${to}`)).json(), path)
async function looksGood(page, name) {
  await shot(page, name)
  assert.deepEqual(await overflows(page), [], `${name}: text overflows`)
  assert.deepEqual(await axeFindings(page), [], `${name}: axe`)
}

test('the first run: who this is, whom to call; left on the way and taken up again', async (t) => {
  const one = await first(t, plant, 'security')
  await one.page.waitForURL(/\/setup\/identity/)
  await one.page.waitForSelector('#site-name')
  await looksGood(one.page, 'real-setup-identity-zh')
  await one.page.click('footer .el-button--primary')
  await one.page.waitForSelector('.card [role=alert]')
  assert.match(await one.page.textContent('.card [role=alert]'), /单位名称.*所在区县.*行业/)
  await one.page.fill('#site-name', '湛江某钢铁有限公司')
  await choose(one.page, '.el-form-item:has(#site-region)', '麻章区')
  await choose(one.page, '.el-form-item:has(#site-industry)', '钢铁')
  await one.page.focus('#site-name')
  await one.page.keyboard.press('Enter')
  await one.page.waitForURL(/\/setup\/persons/)
  await one.page.waitForSelector('#person-officer')

  // Away in the middle; what is there stays, and the first page says what is open.
  await one.page.fill('#person-officer', '周敏')
  await one.page.fill('#phone-officer', '0759-2281001')
  await one.page.click('footer .el-button--primary')
  await one.page.waitForSelector('.card [role=alert]')
  assert.match(await one.page.textContent('.card [role=alert]'), /当班班长.*自动化/)
  await one.page.click('.page-head .el-button')
  await one.page.waitForSelector('.unfinished')
  assert.match(await one.page.textContent('.unfinished'), /还差 3 步/)
  await shot(one.page, 'real-setup-left-zh')
  await go(one.page, '/alerts', '.empty')
  assert.match(await one.page.textContent('.empty'), /开通/)
  await one.context.clearCookies()

  const later = await again(t, plant, 'security', { language: 'en', theme: 'dark' })
  await later.page.click('.unfinished a')
  await later.page.waitForURL(/\/setup\/persons/)
  await later.page.waitForSelector('#person-officer')
  assert.equal(await later.page.inputValue('#phone-officer'), '0759-2281001')
  await looksGood(later.page, 'real-setup-persons-en')
  for (const [duty, name, phone] of [['shift', '三班班长', '0759-2281110'], ['automation', '黄工', '138 0000 1234']]) {
    await later.page.fill(`#person-${duty}`, name)
    await later.page.fill(`#phone-${duty}`, phone)
  }
  await later.page.click('footer .el-button--primary')
  await later.page.waitForURL(/\/setup\/interface/)
  await later.page.waitForSelector('.note')
  await looksGood(later.page, 'real-setup-interface-officer-en')
  const { steps, persons } = await ask(later.page, '/site')
  assert.deepEqual(steps, { identity: true, persons: true, interface: false, learn: false })
  assert.equal(persons.find((one) => one.duty === 'automation').phone, '138 0000 1234')
  clean(one)
  clean(later)
})

test('the first run: the administrator chooses the interface, the sensor is heard, learning begins', async (t) => {
  const one = await first(t, plant, 'admin')
  await one.page.waitForURL(/\/setup\/interface/)
  await one.page.waitForSelector('.enrol')
  const ports = (await ask(one.page, '/site/interfaces')).items
  await until(one.page, (n) => document.querySelectorAll('.ports .el-radio').length === n + 1, 15_000, ports.length)
  if (ports.length) {
    await one.page.click(`.ports .el-radio:has-text("${ports[0].name}")`)
    await until(one.page, (name) => document.querySelector('.card pre').textContent.includes(`wanglou-sensor@${name}`), 15_000, ports[0].name)
    await until(one.page, () => /每秒收/.test(document.querySelector('.ports').textContent))
  }
  await until(one.page, () => /probe\s*离线\s*已收到 0 条事件/.test(document.querySelector('.card').textContent))
  await plant.replay('furnace')
  await until(one.page, () => /已收到 [1-9]/.test(document.querySelector('.card').textContent))
  await looksGood(one.page, 'real-setup-interface-zh')
  await one.page.click('.card > footer .el-button--primary')
  await one.page.waitForURL(/\/setup\/learn/)
  await until(one.page, () => /第 1 天/.test(document.querySelector('.card').textContent))
  await looksGood(one.page, 'real-setup-learn-zh')
  await one.page.click('.card > footer .el-button--primary')
  await one.page.waitForURL(/\/overview/)
  await one.page.waitForSelector('.figure')
  assert.equal(await one.page.evaluate(() => document.querySelectorAll('.unfinished').length), 0)
  const told = await ask(one.page, '/site')
  assert.ok(told.finished && told.interface === (ports[0]?.name ?? ''), JSON.stringify(told))
  clean(one)
})

test('an alert names the plant\'s own people and their telephones', async (t) => {
  const one = await again(t, plant, 'security')
  await go(one.page, '/alerts', '.item')
  await one.page.click('.item:has-text("启停")')
  await one.page.waitForSelector('article.alert .person a')
  const text = await one.page.innerText('article.alert')
  for (const part of ['黄工', '138 0000 1234', '三班班长', '0759-2281110', '工程站是否有人使用']) assert.ok(text.includes(part), part)
  assert.equal(await one.page.getAttribute('article.alert .person a >> nth=0', 'href'), 'tel:13800001234')
  await one.page.evaluate(() => document.querySelector('.detail').scrollTo({ top: 300 }))
  await looksGood(one.page, 'real-whom-to-call-zh')
  clean(one)
})

for (const language of ['zh', 'en'])
  test(`what leaves: each event before and after, the policy, the ledger: ${language}`, async (t) => {
    const one = await again(t, plant, 'security', { language, theme: language === 'en' ? 'dark' : 'light' })
    await go(one.page, '/forwarding', '.event')
    await one.page.waitForSelector('.sums')
    assert.match(await one.page.textContent('.sums'), /district-1/)
    await choose(one.page, '.tools', language === 'zh' ? '告警' : 'Alert')
    await until(one.page, (word) => [...document.querySelectorAll('.event summary b')].every((name) => name.textContent === word), 15_000, language === 'zh' ? '告警' : 'Alert')
    const rows = await one.page.evaluate(() => [...document.querySelectorAll('.event[open] tbody tr')].map((row) => [row.cells[0].textContent, row.cells[1].textContent, row.cells[2].textContent, row.className]))
    const of = (path) => rows.find(([name]) => name === path)
    assert.equal(of('src_ip')[3], 'pseudonym')
    assert.match(of('src_ip')[2], /^~[0-9a-f]{24}/)
    assert.equal(of('sensor')[3], 'named')
    assert.match(of('sensor')[2], /^plant-a\/probe/)
    assert.equal(of('alert.rule')[3], 'kept')
    assert.ok(rows.filter(([, , , fate]) => fate === 'withheld').length > 3)
    await looksGood(one.page, `real-forwarding-${language}`)
    await one.page.click('.tools .el-checkbox')
    assert.equal(await one.page.evaluate(() => document.querySelectorAll('.event[open] tr.withheld').length), 0)
    await choose(one.page, '.tools', language === 'zh' ? '工控操作' : 'Operation')
    await until(one.page, () => document.querySelectorAll('.event summary .fate.withheld').length === document.querySelectorAll('.event').length)
    await one.page.click('.page-head .el-radio-button >> nth=1')
    await one.page.waitForSelector('.policy')
    await looksGood(one.page, `real-policy-${language}`)
    await one.page.click('.page-head .el-radio-button >> nth=2')
    await one.page.waitForSelector('.empty')
    await one.page.click('.page-head .el-radio-button >> nth=3')
    await one.page.waitForSelector('.empty')
    clean(one)
  })

/** The file that a click gives. */
async function downloaded(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)])
  return readFileSync(await download.path())
}
async function taken(page, file) {
  await page.setInputFiles('#carry-file', { name: 'district.wanglou', mimeType: 'application/octet-stream', buffer: file })
  await page.waitForSelector('.part:has(#carry-file) [role=alert]')
  return page.textContent('.part:has(#carry-file) [role=alert]')
}

test('files between levels: up, down, refused when altered or when one is missing; the ledger tells what left', async (t) => {
  const below = await again(t, plant, 'security')
  const above = await first(t, district, 'security')
  await go(below.page, '/carry', '.make-up')
  assert.match(await below.page.textContent('main'), /还没有收发过文件/)
  const file = await downloaded(below.page, '.make-up')
  await go(above.page, '/carry', '#carry-file')
  const altered = Buffer.from(file)
  altered[altered.length >> 1] ^= 1
  assert.match(await taken(above.page, altered), /签名不对/)
  assert.match(await taken(above.page, file), /plant-a 的第 1 个文件：[1-9]/)
  assert.match(await taken(above.page, file), /以前导入过/)

  await choose(above.page, '.part:has(#carry-node)', 'plant-a')
  const back = await downloaded(above.page, '.make-down')
  assert.match(await taken(below.page, back), /district-1 的第 1 个文件：收到的回执/)
  await until(below.page, () => document.querySelectorAll('.records .el-table__row').length === 2)
  await looksGood(below.page, 'real-carry-zh')
  await go(below.page, '/forwarding', '.event')
  await until(below.page, () => !/至今已外发\s*0 条/.test(document.querySelector('.sums').textContent), 15_000)
  await below.page.click('.page-head .el-radio-button >> nth=3')
  await below.page.waitForSelector('.hash')
  const rows = (await ask(below.page, '/forwarding/ledger')).items
  const policy = (await ask(below.page, '/forwarding')).policy.digest
  assert.ok(rows.length && rows.every((row) => row.policy === policy && /^[0-9a-f]{64}$/.test(row.hash)))
  await looksGood(below.page, 'real-ledger-zh')

  // One file is lost on the way: the next is refused and says so; made anew from the start nothing is missing.
  await plant.replay('water')
  await go(below.page, '/carry', '.make-up')
  await downloaded(below.page, '.make-up')
  await plant.replay('substation')
  const behind = await downloaded(below.page, '.make-up')
  assert.match(await taken(above.page, behind), /缺/)
  await below.page.click('.part .el-checkbox')
  assert.match(await taken(above.page, await downloaded(below.page, '.make-up')), /第 \d+ 个文件：[1-9]/)
  assert.match(await above.page.textContent('.records'), /拒收：缺文件/)
  await looksGood(above.page, 'real-carry-above-zh')
  clean(below)
  clean(above)
})

test('a policy that the level above proposes: what more and what less would leave, adopted by a click, and left again', async (t) => {
  const above = await again(t, district, 'security')
  const below = await again(t, plant, 'security')
  const fields = ['timestamp', 'event_type', 'sensor', 'id', 'seq', 'src_ip', 'dest_ip', 'alert.rule', 'alert.severity', 'ot.operation', 'ot.class', 'answer']
  const wide = `types: [alert, asset, ot, answer]\nseverity: 2\nfields: [${fields.join(', ')}]\npseudonyms: [src_ip]\n`
  await above.page.evaluate(async (text) => {
    const { csrf } = await (await fetch('/api/v1/session')).json()
    const answer = await fetch('/api/v1/bundles?kind=policy&name=%E4%B8%93%E9%A1%B9', { method: 'POST', headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'text/plain' }, body: text })
    if (!answer.ok) throw new Error(await answer.text())
  }, wide)
  await until(above.page, async () => (await (await fetch('/api/v1/bundles?kind=policy')).json()).items.length === 1)
  await go(above.page, '/carry', '#carry-file')
  await choose(above.page, '.part:has(#carry-node)', 'plant-a')
  await go(below.page, '/carry', '#carry-file')
  let told = ''
  for (let tries = 0; tries < 20 && !/[1-9]\d* 条新的下发/.test(told); tries += 1) told = await taken(below.page, await downloaded(above.page, '.make-down'))
  assert.match(told, /[1-9]\d* 条新的下发/)

  await go(below.page, '/forwarding', '.event')
  await below.page.click('.page-head .el-radio-button >> nth=2')
  await below.page.waitForSelector('.part.more')
  const more = await below.page.innerText('.part.more')
  const less = await below.page.innerText('.part.less')
  for (const part of ['工控操作', 'dest_ip', '（不再用假名）']) assert.ok(more.includes(part), `more: ${part}`)
  for (const part of ['失效', '汇总', '4 → 2', 'alert.signature']) assert.ok(less.includes(part), `less: ${part}`)
  await looksGood(below.page, 'real-proposal-zh')
  await below.page.click('.actions .el-button--primary')
  await below.page.waitForSelector('.el-dialog form')
  assert.match(await below.page.textContent('.el-dialog'), /会比现在多送出/)
  await below.page.click('.el-dialog button[type=submit]')
  await below.page.waitForSelector('.el-dialog [role=alert]')
  await below.page.fill('#work-comment', '厂务会同意，专项行动期间')
  await shot(below.page, 'real-proposal-adopt-zh')
  await below.page.click('.el-dialog button[type=submit]')
  await until(below.page, () => /采用的上级建议/.test(document.querySelector('.sums').textContent))
  assert.deepEqual((await ask(below.page, '/forwarding')).policy.fields, fields)
  assert.match(await below.page.textContent('.decision'), /security.*厂务会同意/)
  await below.page.click('.page-head .el-radio-button >> nth=0')
  await choose(below.page, '.tools', '工控操作')
  await until(below.page, () => [...document.querySelectorAll('.event[open] tr.kept td:first-child')].some((cell) => cell.textContent === 'ot.operation'))
  await below.page.click('.page-head .el-radio-button >> nth=2')
  await below.page.waitForSelector('.actions .el-button')
  await below.page.click('.actions .el-button')
  await below.page.fill('#work-comment', '专项行动结束')
  await below.page.click('.el-dialog button[type=submit]')
  await until(below.page, () => /内置策略/.test(document.querySelector('.sums').textContent))
  clean(above)
  clean(below)
})

test('the ledger is the auditor\'s to read, the preview is not; in English the files page reads well, too', async (t) => {
  const auditor = await first(t, plant, 'audit')
  await go(auditor.page, '/forwarding', '.hash')
  assert.equal(await auditor.page.evaluate(() => document.querySelectorAll('.page-head .el-radio-button').length), 1)
  assert.equal(await auditor.page.evaluate(async () => (await fetch('/api/v1/forwarding/preview')).status), 403)
  await shot(auditor.page, 'real-ledger-auditor-zh')
  const one = await again(t, district, 'security', { language: 'en', theme: 'dark' })
  await go(one.page, '/carry', '.records .el-table__row')
  await looksGood(one.page, 'real-carry-above-en')
  clean(one)
  clean(auditor)
})
