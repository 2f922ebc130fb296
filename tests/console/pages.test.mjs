// SPDX-License-Identifier: Apache-2.0
// Every page of the console in a real browser against the stand-in collector: both languages, both themes, narrow and wide, full and empty; nothing overflows, nothing complains, axe-core finds nothing serious.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { axeFindings, clean, go, launch, overflows, shot, signIn, visit } from './browser.mjs'
import { startMock } from './mock-server.mjs'

let browser
before(async () => {
  browser = await launch()
})
after(() => browser.close())

/** Name of the picture, address, and what shows that the page is there. */
const pages = [
  ['overview', '/overview', '.figure'],
  ['region', '/region', '.map .district'],
  ['incidents', '/incidents/2?state=all', 'article.incident .cause h3'],
  ['warnings', '/warnings/01JDWANGLOUWORK00000000001', 'article.matter'],
  ['regional', '/regional/2', 'article.matter .el-table__row'],
  ['evidence', '/evidence/01JDWANGLOUASK0000000003', 'article.matter .actions'],
  ['overdue', '/overdue', '.el-table__row'],
  ['evidence-given', '/evidence/01JDWANGLOUASK0000000001', '.list button'],
  ['region-node', '/region?node=xiashan', 'dl.facts dd'],
  ['suppressions', '/suppressions', '.el-table__row'],
  ['cases', '/cases/01JDWANGLOUWORK00000000006', '.clocks li'],
  ['exposure', '/exposure', '.el-table__row'],
  ['bulletins', '/bulletins', '.el-table__row'],
  ['failures', '/failures', '.reliability .el-table__row'],
  ['risk', '/risk', '.assets .el-table__row'],
  ['baseline', '/baseline', '.el-table__row'],
  ['variables', '/variables', '.course .u-over'],
  ['vulnerabilities', '/vulnerabilities', '.el-table__row'],
  ['visibility', '/visibility', '.score'],
  ['changes', '/changes', '.el-table__row'],
  ['alerts', '/alerts', '.item'],
  ['devices', '/devices', '.el-table__row'],
  ['device', '/devices/1', '.proofs'],
  ['topology', '/topology', '.picture .machine'],
  ['alert', '/alerts/01JDWANGLOU000000000000002', 'article.alert'],
  ['operations', '/operations', '.el-table__row'],
  ['events', '/events', '.el-table__row'],
  ['protocols', '/protocols', '.body .el-table__row'],
  ['sensors', '/sensors', '.el-table__row'],
  ['inspections', '/inspections', '.item'],
  ['enterprises', '/enterprises', '.el-table__row'],
  ['trainings', '/trainings', '.el-table__row'],
  ['declared', '/declared', '.el-table__row'],
  ['uploads', '/uploads', '.el-table__row'],
  ['signatures', '/signatures', '.library .el-table__row'],
  ['account', '/account', '.part .el-button'],
  ['wall', '/wall', '.map .district'],
  ['missing', '/nowhere', '.empty'],
]

async function opened(t, options, visitor) {
  const mock = await startMock(options)
  const one = await visit(browser, mock.address, visitor)
  t.after(async () => {
    await one.context.close()
    await mock.close()
  })
  await one.page.goto(`${one.address}/alerts`)
  await one.page.waitForSelector('#user')
  return one
}
async function enter(one) {
  await signIn(one)
  await one.page.waitForSelector('nav')
}

// A wall is wide: the same pages once more at 1920 pixels, before going on.
for (const [language, theme] of [['zh', 'light'], ['en', 'dark']])
  test(`every page reads well: ${language}, ${theme}`, async (t) => {
    const one = await opened(t, {}, { language, theme })
    const { page } = one
    await shot(page, `sign-in-${language}-${theme}`)
    assert.deepEqual(await axeFindings(page), [])
    await enter(one)
    for (const [name, path, ready] of pages) {
      await go(page, path, ready)
      await shot(page, `${name}-${language}-${theme}`)
      assert.deepEqual(await overflows(page), [], `${name}: text overflows`)
      // All of axe once a page; what another theme and language change is contrast.
      assert.deepEqual(await axeFindings(page, theme === 'light' ? undefined : { type: 'rule', values: ['color-contrast'] }), [], `${name}: axe`)
      if (language === 'zh') {
        assert.match(await page.evaluate(() => document.body.innerText), /[一-鿿]/, `${name} has no Chinese`)
        await page.setViewportSize({ width: 1920, height: 1080 })
        assert.deepEqual(await overflows(page), [], `${name}: text overflows at 1920`)
        await page.setViewportSize({ width: 1366, height: 768 })
      }
    }
    clean(one)
  })

const empties = ['overview', 'region', 'regional', 'evidence', 'overdue', 'incidents', 'suppressions', 'exposure', 'risk', 'warnings', 'vulnerabilities', 'failures', 'baseline', 'tasks', 'variables', 'visibility', 'tickets', 'bulletins', 'changes', 'cases', 'alerts', 'devices', 'topology', 'operations', 'events', 'sensors', 'inspections', 'enterprises', 'trainings', 'declared', 'uploads']
for (const language of process.env.CONSOLE_LONG ? ['zh', 'en'] : ['zh'])
  test(`empty pages say what to do: ${language}`, async (t) => {
    const one = await opened(t, { empty: true }, { language })
    await enter(one)
    for (const name of empties) {
      await go(one.page, `/${name}`, '.empty p')
      await shot(one.page, `empty-${name}-${language}`)
      assert.deepEqual(await overflows(one.page), [], `${name}: text overflows`)
    }
    clean(one)
  })
