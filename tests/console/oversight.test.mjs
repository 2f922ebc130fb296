// SPDX-License-Identifier: Apache-2.0
// A city and a plant joined by the real link: evidence is asked for, approved and refused; what several enterprises saw alike; what is overdue; why a risk is what it is, in English.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { axeFindings, choose, clean, enter, go, launch, overflows, shot, until, visit } from './browser.mjs'
import { startDaemons } from './daemons.mjs'

const own = 'furnace river lantern nine'
const iso = (time) => new Date(time).toISOString().replace('Z', '000+0000')
let id = 0
/** Its first 48 bits are the time, in Crockford's base 32 (github.com/ulid/spec). */
function ulid(time) {
  let text = ''
  for (let n = time, i = 0; i < 10; i++, n = Math.floor(n / 32)) text = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[n % 32] + text
  return text + String((id += 1)).padStart(16, '0')
}
const alert = (node, time) => ({ timestamp: iso(time), event_type: 'alert', sensor: `${node}/probe`, id: ulid(time), seq: id, src_ip: '~0a0a', dest_ip: '~0b0b', alert: { action: 'allowed', signature_id: 1, rule: 'wl-s7-0001', rev: 1, severity: 2, category: 'unsafe-operation', signature: '远程停机', signature_en: 'remote stop', techniques: ['T0858'], source: { ip: '~0a0a' }, target: { ip: '~0b0b' }, count: 1 } })

let browser
let city
let plant
before(async () => {
  const now = Date.now()
  city = await startDaemons({ name: 'city', below: { xiashan: ['a', 'b', 'c'].map((letter, n) => alert(`xiashan/plant-${letter}`, now - (3 - n) * 3_600_000)) } })
  plant = await startDaemons({ name: 'plant-a', above: city })
  city.admit(plant)
  browser = await launch()
  await plant.replay('water')
})
after(async () => {
  await browser?.close()
  await plant?.close()
  await city?.close()
})

async function opened(t, level, options) {
  const one = await visit(browser, level.address, options)
  t.after(() => one.context.close())
  await enter(one, 'security', level.passwords.security, own)
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
/** Asks again until something is there. */
async function sought(page, path, found) {
  for (const end = Date.now() + 30_000; Date.now() < end; await page.waitForTimeout(200)) {
    const value = found(await ask(page, path))
    if (value) return value
  }
  return assert.fail(`${path}: never there`)
}
/** The form of a request, filled in as far as the alert did not. */
async function request(page) {
  await page.waitForSelector('#work-reason')
  await page.fill('#work-reason', '研判是否为远程停机')
  await page.fill('#work-due', new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 16))
}
const send = (page) => page.click('.el-dialog:visible button[type=submit]')

test('evidence: the city asks, the plant\'s officer approves or refuses, and each step is on record', async (t) => {
  const [above, below] = [await opened(t, city), await opened(t, plant)]
  const mine = await sought(above.page, '/alerts?sensor=plant-a&limit=50', (list) => list.items?.find((one) => one.src_ip?.startsWith('~')))
  const { event } = await ask(below.page, `/alerts/${mine.id}`)
  await go(above.page, `/alerts/${mine.id}?state=all`, 'article.alert .reveal')
  await above.page.click(`.reveal:has-text("${mine.src_ip}")`)
  await above.page.waitForURL(/\/evidence/)
  await request(above.page)
  assert.equal(await above.page.inputValue('#work-node'), 'plant-a')
  assert.equal(await above.page.inputValue('#work-subject'), mine.src_ip)
  await looksGood(above.page, 'real-evidence-ask-zh')
  await send(above.page)
  await above.page.waitForSelector('article.matter h1')

  await sought(below.page, '/evidence-requests?open=true', (list) => list.items?.length)
  await go(below.page, '/evidence', '.el-table__row')
  assert.match(await below.page.textContent('.el-table__row'), /上级要求本级提供[\s\S]*研判是否为远程停机/)
  await below.page.click('.el-table__row')
  await below.page.waitForSelector('article.matter .actions')
  await looksGood(below.page, 'real-evidence-decide-zh')
  await below.page.click('.actions button:has-text("拒绝")')
  await below.page.waitForSelector('#work-comment')
  await send(below.page)
  await below.page.waitForSelector('.el-dialog [role=alert]')
  await below.page.click('.el-dialog:visible button:has-text("取消")')
  await below.page.waitForSelector('.el-dialog', { state: 'hidden' })
  await below.page.click('.actions button:has-text("批准")')
  await below.page.waitForSelector('#work-comment')
  await below.page.fill('#work-comment', '同意')
  await send(below.page)
  await until(below.page, (address) => document.querySelector('article.matter').textContent.includes(address), 15_000, event.src_ip)

  await until(above.page, () => document.querySelector('.page-head button') !== null)
  for (const end = Date.now() + 30_000; Date.now() < end && !(await above.page.textContent('article.matter')).includes(event.src_ip); await above.page.waitForTimeout(500)) await above.page.click('.page-head .el-button:has-text("刷新")')
  assert.match(await above.page.textContent('article.matter'), new RegExp(`${event.src_ip.replaceAll('.', '\\.')}[\\s\\S]*提出[\\s\\S]*签名有效[\\s\\S]*收到答复`))

  await above.page.click('.language')
  await go(above.page, `/alerts/${mine.id}?state=all`, 'article.alert .reveal')
  await above.page.click('article.alert .actions button:has-text("Ask for evidence")')
  await request(above.page)
  await send(above.page)
  await above.page.waitForSelector('article.matter h1')
  const asked = await sought(below.page, '/evidence-requests?open=true', (list) => list.items?.find((one) => one.state.name === 'received'))
  await go(below.page, '/devices', '.el-table__row')
  await go(below.page, `/evidence/${asked.id}`, 'article.matter .actions')
  await below.page.click('.actions button:has-text("拒绝")')
  await below.page.fill('#work-comment', '涉及商业秘密')
  await send(below.page)
  await until(below.page, () => /涉及商业秘密/.test(document.querySelector('article.matter').textContent))
  for (const end = Date.now() + 30_000; Date.now() < end && !/涉及商业秘密/.test(await above.page.textContent('article.matter')); await above.page.waitForTimeout(500)) await above.page.click('.page-head .el-button:has-text("Refresh")')
  assert.match(await above.page.textContent('article.matter'), /refused[\s\S]*涉及商业秘密/)
  await looksGood(above.page, 'real-evidence-refused-en')
  clean(above)
  clean(below)
})

test('what three enterprises saw alike is one incident of the region; it is closed with a conclusion', async (t) => {
  const one = await opened(t, city)
  const { number } = await sought(one.page, '/regional?kind=technique', (list) => list.items?.[0])
  await go(one.page, `/regional/${number}`, 'article.matter .el-table__row')
  assert.match(await one.page.textContent('article.matter'), /T0858 改变运行模式[\s\S]*xiashan\/plant-a[\s\S]*xiashan\/plant-b[\s\S]*xiashan\/plant-c/)
  assert.match(await one.page.textContent('.rules'), /未经核对[\s\S]*专家判断/)
  await looksGood(one.page, 'real-regional-zh')
  await one.page.click('article.matter .actions button:has-text("办结")')
  await one.page.fill('#work-comment', '同一维护商的计划停机')
  await send(one.page)
  await until(one.page, () => /security 办结：同一维护商的计划停机/.test(document.querySelector('article.matter').textContent))
  await one.page.click('article.matter a:has-text("申请取证")')
  await one.page.waitForSelector('#work-reason')
  assert.match(await one.page.inputValue('#work-node'), /^xiashan\/plant-/)
  clean(one)
})

test('an enterprise that was never assessed is overdue, and leads to the register', async (t) => {
  const one = await opened(t, city, { language: 'en', theme: 'dark' })
  await go(one.page, '/overdue', '.empty')
  await go(one.page, '/enterprises', '.empty')
  await one.page.click('.page-head .el-button--primary')
  for (const [name, value] of Object.entries({ name: '某化工有限公司', legal_representative: '王某', operations_head: '李某', node: 'plant-a' })) await one.page.fill(`#work-${name}`, value)
  await choose(one.page, '.field:has(#work-class)', 0)
  await choose(one.page, '.field:has(#work-self_grade)', 0)
  await send(one.page)
  await one.page.waitForSelector('.el-table__row:has-text("某化工有限公司")')
  await go(one.page, '/overdue', '.el-table__row')
  assert.match(await one.page.textContent('main'), /Assessment[\s\S]*某化工有限公司[\s\S]*plant-a/)
  await looksGood(one.page, 'real-overdue-en')
  await one.page.click('.el-table__row a')
  await one.page.waitForURL(/\/enterprises/)
  clean(one)
})

test('why a risk is what it is, in English, down to the exposures of that device alone', async (t) => {
  const one = await opened(t, plant, { language: 'en' })
  await go(one.page, '/risk', '.assets .el-table__row')
  const { assets } = await ask(one.page, '/risk?limit=200')
  const exposed = assets.findIndex((asset) => asset.vulnerability.evidence)
  assert.ok(exposed >= 0)
  await one.page.click(`.assets .el-table__row >> nth=${exposed} >> .el-table__expand-icon`)
  await one.page.waitForSelector('.why')
  assert.doesNotMatch(await one.page.textContent('.why'), /[㐀-鿿]/)
  assert.match(await one.page.textContent('.three'), /not checked[\s\S]*K-M/)
  await looksGood(one.page, 'real-risk-why-en')
  await one.page.click('.why .proof')
  await one.page.waitForURL((url) => url.pathname === '/exposure' && url.searchParams.get('ip') === assets[exposed].address)
  await one.page.waitForSelector('main .el-table__row')
  const machines = await one.page.evaluate(() => [...document.querySelectorAll('main .el-table__row')].map((row) => row.textContent))
  assert.ok(machines.every((text) => text.includes(assets[exposed].address)), machines.join('\n'))
  clean(one)
})
