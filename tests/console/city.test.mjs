// SPDX-License-Identifier: Apache-2.0
// The newer pages over the real collector and sensor: a city with units below that told of themselves, a plant with real captures, the work of an officer, and who may not see it.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { axeFindings, choose, clean, enter, go, launch, overflows, shot, until, visit } from './browser.mjs'
import { startDaemons } from './daemons.mjs'

const own = 'furnace river lantern nine'
const capture = (name) => readFileSync(fileURLToPath(new URL(`../captures/${name}.pcap`, import.meta.url)))
const iso = (time) => new Date(time).toISOString().replace('Z', '000+0000')
let id = 0
/** Its first 48 bits are the time, in Crockford's base 32 (github.com/ulid/spec). */
function ulid(time) {
  let text = ''
  for (let n = time, i = 0; i < 10; i++, n = Math.floor(n / 32)) text = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[n % 32] + text
  return text + String((id += 1)).padStart(16, '0')
}
const event = (node, time, type, object) => ({ timestamp: iso(time), event_type: type, [type]: object, sensor: `${node}/${type === 'summary' ? 'self' : 'probe-9'}`, id: ulid(time), seq: id })
const counts = { enterprises: 3, sensors: 5, assets: 140, alerts_critical: 1, alerts_high: 2, alerts_medium: 0, alerts_low: 0, alerts_open: 3, exposures: 4 }
const summary = (node, time, score) => event(node, time, 'summary', { key: 'summary', version: '0.1.0', counts, risk: { model: 'gbt20984-product', score, level: Math.ceil(score / 5), weight: 10 } })
const alert = (node, time) => ({ ...event(node, time, 'alert', { action: 'allowed', signature_id: 1, rule: 'wl-s7-0001', rev: 1, severity: 1, category: 'unsafe-operation', signature: '霞山的停机告警', signature_en: 'stop at Xiashan', source: { ip: '10.9.9.9' }, target: { ip: '10.9.9.1' }, count: 1 }), src_ip: '10.9.9.9', dest_ip: '10.9.9.1' })

let browser
let plant
before(async () => {
  const now = Date.now()
  plant = await startDaemons({ below: { xiashan: [summary('xiashan', now - 7_200_000, 12), summary('xiashan', now - 60_000, 17), alert('xiashan', now - 120_000)], potou: [summary('potou', now - 60_000, 8)], '440800-ETDZ': [summary('440800-ETDZ', now - 6 * 3_600_000, 21)] } })
  browser = await launch()
  for (const name of ['furnace', 'water']) await plant.replay(name)
})
after(async () => {
  await browser?.close()
  await plant?.close()
})
async function opened(t, user, options) {
  const one = await visit(browser, plant.address, options)
  t.after(() => one.context.close())
  await enter(one, user, plant.passwords[user], own)
  await one.page.goto(`${plant.address}/account`)
  await one.page.waitForSelector('nav')
  return one
}
const ask = (page, path) => page.evaluate(async (to) => {
  const response = await fetch(`/api/v1${to}`)
  return { status: response.status, body: await response.json() }
}, path)

test('the city: ranking of what its units told, down to a unit and the alerts that it sent', async (t) => {
  const one = await opened(t, 'security')
  await go(one.page, '/region', '.map .district')
  const ranking = await one.page.evaluate(() => [...document.querySelectorAll('.two .el-table__row')].map((row) => row.textContent))
  assert.equal(ranking.length, 3)
  assert.match(ranking[0], /经开区[\s\S]*21\.0/)
  assert.match(ranking[1], /霞山区[\s\S]*17\.0[\s\S]*↑/)
  assert.match(await one.page.innerText('main'), /已过时/)
  await shot(one.page, 'real-region-zh')
  assert.deepEqual(await overflows(one.page), [])
  assert.deepEqual(await axeFindings(one.page), [])
  await one.page.click('a.district:has-text("霞山区") polygon')
  await one.page.waitForSelector('.node .facts')
  assert.match(await one.page.textContent('.node'), /资产\s*140/)
  await one.page.click('.node a:has-text("它上送的告警")')
  await one.page.waitForSelector('.item:has-text("霞山的停机告警")')
  assert.ok((await one.page.evaluate(() => [...document.querySelectorAll('.item')].every((item) => item.textContent.includes('霞山')))), 'alerts of others')
  clean(one)
})

const pages = [['topology', '/topology', '.machine'], ['risk', '/risk', '.assets .el-table__row'], ['vulnerabilities', '/vulnerabilities', '.el-table__row, .empty'], ['signatures', '/signatures', '.library .el-table__row'], ['inspections-empty', '/inspections', '.empty'], ['declared', '/declared', '.empty'], ['uploads', '/uploads', '.empty'], ['enterprises', '/enterprises', '.empty'], ['trainings', '/trainings', '.empty'], ['bulletins', '/bulletins', '.empty'], ['cases', '/cases', '.empty'], ['wall', '/wall', '.map .district']]
for (const language of ['zh', 'en'])
  test(`newer pages hold real data: ${language}`, async (t) => {
    const one = await opened(t, 'security', { language })
    for (const [name, path, ready] of pages) {
      await go(one.page, path, ready)
      await shot(one.page, `real-${name}-${language}`)
      assert.deepEqual(await overflows(one.page), [], name)
    }
    clean(one)
  })

test('risk opens to its evidence; the topology leads to a device', async (t) => {
  const one = await opened(t, 'security')
  await go(one.page, '/risk', '.assets .el-table__row')
  // The captures are older than the model's ninety days, so that what speaks here are exposures.
  const { assets } = (await ask(one.page, '/risk?limit=200')).body
  const exposed = assets.findIndex((asset) => asset.vulnerability.evidence)
  assert.ok(exposed >= 0)
  await one.page.click(`.assets .el-table__row >> nth=${exposed} >> .el-table__expand-icon`)
  await one.page.waitForSelector('.why')
  assert.ok((await one.page.textContent('.why')).includes(assets[exposed].vulnerability.reason))
  await one.page.click('.why .proof')
  await one.page.waitForURL((url) => url.pathname === '/exposure' && url.searchParams.get('ip') === assets[exposed].address)
  await one.page.waitForSelector('main .el-table__row')
  await go(one.page, '/topology', '.machine')
  await one.page.click('.machine:has-text("FURNACE")')
  await one.page.waitForSelector('.proofs')
  clean(one)
})

test('an incident is registered: its clocks run by the rules, its report knows what the system knows', async (t) => {
  const one = await opened(t, 'security')
  await go(one.page, '/cases', '.empty')
  await one.page.click('.page-head .el-button--primary')
  await one.page.fill('#work-title', '高炉控制器被远程停机')
  await one.page.fill('#work-discovered_at', new Date(Date.now() + 8 * 3_600_000 - 60_000).toISOString().slice(0, 16))
  await one.page.fill('#work-stop_minutes', '45')
  await one.page.fill('#work-place', '炼铁厂')
  await choose(one.page, '.field:has(#work-operator)', '关键信息基础设施')
  await one.page.click('.el-dialog button[type=submit]')
  await one.page.waitForSelector('.clocks li')
  await one.page.click('button:has-text("起草报告")')
  await until(one.page, () => document.querySelectorAll('.fields li').length === 8)
  assert.match(await one.page.textContent('.fields'), /炼铁厂[\s\S]*45/)
  await shot(one.page, 'real-case-zh')
  assert.deepEqual(await overflows(one.page), [])
  clean(one)
})

test('a capture is handed in as an exercise and read; a list of assets is imported and compared', async (t) => {
  const one = await opened(t, 'security')
  await go(one.page, '/uploads', '.empty')
  await one.page.click('.hand .el-checkbox')
  await one.page.setInputFiles('#capture', { name: '演练.pcap', mimeType: 'application/octet-stream', buffer: capture('water') })
  await one.page.waitForSelector('.el-table__row .done', { timeout: 60_000 })
  assert.match(await one.page.textContent('.el-table__row'), /演练\.pcap[\s\S]*演练/)
  await one.page.setInputFiles('#capture', { name: '不是.pcap', mimeType: 'application/octet-stream', buffer: Buffer.from('nothing of the kind') })
  await one.page.waitForSelector('.hand [role=alert]')
  const address = (await ask(one.page, '/devices?limit=1')).body.items[0].address
  await go(one.page, '/declared', '.empty')
  await one.page.click('.page-head .el-button--primary')
  await one.page.setInputFiles('#assets', { name: '资产.csv', mimeType: 'text/csv', buffer: Buffer.from(`IP地址,名称\n${address},已有设备\n10.99.0.1,没见过的\n`) })
  await one.page.waitForSelector('.result')
  await shot(one.page, 'real-import-zh')
  await one.page.click('.el-dialog__footer .el-button--primary')
  await until(one.page, () => document.querySelectorAll('.el-table__row').length === 2)
  await one.page.click('.page-head .el-radio-button:has-text("没出现")')
  await until(one.page, () => document.querySelectorAll('.el-table__row').length === 1 && document.querySelector('.el-table__row').textContent.includes('10.99.0.1'))
  clean(one)
})

test('the self-inspection takes its evidence by itself, is answered, and its report is looked at', async (t) => {
  const one = await opened(t, 'security')
  await go(one.page, '/inspections', '.empty')
  await one.page.click('.page-head .el-button--primary')
  await choose(one.page, '.field:has(#work-template)', 0)
  await one.page.click('.el-dialog button[type=submit]')
  await one.page.waitForSelector('.item', { timeout: 60_000 })
  assert.ok((await one.page.evaluate(() => document.querySelectorAll('.item').length)) >= 30)
  const item = '.item:has(.number:text-is("7"))'
  await one.page.click(`${item} summary`)
  await choose(one.page, item, 0)
  await one.page.fill(`${item} textarea`, '每年两次')
  await one.page.click(`${item} button[type=submit]`)
  await until(one.page, () => document.querySelector('main').textContent.includes('security 20'), 30_000)
  await shot(one.page, 'real-inspection-zh')
  assert.deepEqual(await overflows(one.page), [])
  await one.page.click('button:has-text("预览报告")')
  await until(one.page, () => (document.querySelector('.paper')?.shadowRoot?.textContent.length ?? 0) > 1000, 60_000)
  await shot(one.page, 'real-report-zh')
  clean(one)
})

test('the register: an enterprise and a training are kept', async (t) => {
  const one = await opened(t, 'security')
  await go(one.page, '/enterprises', '.empty')
  await one.page.click('.page-head .el-button--primary')
  for (const [name, value] of Object.entries({ name: '某钢铁有限公司', legal_representative: '王某', operations_head: '李某', node: 'potou', assessed: '2023-05-01' })) await one.page.fill(`#work-${name}`, value)
  for (const name of ['class', 'self_grade']) {
    await choose(one.page, `.field:has(#work-${name})`, 0)
  }
  await one.page.click('.el-dialog button[type=submit]')
  await one.page.waitForSelector('.el-table__row:has-text("某钢铁有限公司")')
  assert.match(await one.page.textContent('.el-table__row'), /三级[\s\S]*已逾期/)
  await shot(one.page, 'real-enterprises-zh')
  assert.deepEqual(await overflows(one.page), [])
  await go(one.page, '/region', '.map .district')
  await one.page.waitForSelector('.el-table__row:has-text("某钢铁有限公司")')
  await go(one.page, '/trainings', '.empty')
  await one.page.click('.page-head .el-button--primary')
  await choose(one.page, '.field:has(#work-kind)', 0)
  for (const [name, value] of Object.entries({ topic: '工控安全培训', held: '2026-10-01T09:00', heads: '30', passed: '28' })) await one.page.fill(`#work-${name}`, value)
  await one.page.click('.el-dialog button[type=submit]')
  await one.page.waitForSelector('.el-table__row:has-text("工控安全培训")')
  clean(one)
})

test('a page that the role may not see is refused by the console and by the collector, and the auditor reads of it', async (t) => {
  const admin = await opened(t, 'admin')
  for (const path of ['/region', '/risk', '/inspections', '/alerts', '/wall', '/audit']) {
    await admin.page.goto(plant.address + path)
    await admin.page.waitForURL(/forbidden/)
    await admin.page.waitForSelector('.empty:has-text("您的角色不能看这个页面")')
  }
  for (const path of ['/region', '/risk', '/inspections', '/audit']) assert.equal((await ask(admin.page, path)).status, 403, path)
  await go(admin.page, '/sensors', '.enrol')
  await admin.page.click('.enrol .el-button--primary')
  await admin.page.waitForSelector('.code b')
  await shot(admin.page, 'real-nodes-zh')
  assert.deepEqual(await overflows(admin.page), [])
  clean(admin)
  const officer = await opened(t, 'security')
  await officer.page.goto(`${plant.address}/accounts`)
  await officer.page.waitForURL(/forbidden/)
  const auditor = await opened(t, 'audit')
  const denied = (await ask(auditor.page, '/audit?action=access.denied&limit=100')).body.items
  assert.ok(denied.some((entry) => entry.actor === 'admin' && /region/.test(`${entry.object} ${entry.detail}`)), JSON.stringify(denied.slice(0, 3)))
  clean(auditor)
})
