// SPDX-License-Identifier: Apache-2.0
// Every string stands in both languages, none is left unused, and no page says anything past the word tables.
// @vitest-environment node
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'vue/compiler-sfc'
import { describe, expect, test } from 'vitest'
import { techniques } from '../catalogue/techniques'
import { alertWords } from './alerts'
import { commonWords } from './common'
import { domainWords } from './domain'
import { leavingWords } from './leaving'
import { plantWords } from './plant'
import { conditionWords } from './condition'
import { peopleWords } from './people'
import { inspectionWords } from './inspection'
import { oversightWords } from './oversight'
import { regionWords } from './region'
import { registerWords } from './register'
import { setupWords } from './setup'
import { systemWords } from './system'
import { watchWords } from './watch'
import { workWords } from './work'

const tables = [commonWords, domainWords, alertWords, plantWords, systemWords, watchWords, conditionWords, peopleWords, workWords, regionWords, registerWords, inspectionWords, oversightWords, setupWords, leavingWords]
const words: Record<string, readonly [string, string]> = Object.assign({}, ...tables)
const root = fileURLToPath(new URL('../', import.meta.url))
const han = /[\u3400-\u9fff]/
/** Names that are the same in both languages, and the switch that speaks the other one. */
const alike = new Set(['alert.community', 'alert.vlan', 'alert.machine'])
const crossed = new Set(['bar.language'])

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : [path]
  })
}
const sources = files(root).filter((path) => /\.(vue|ts)$/.test(path) && !path.endsWith('.test.ts'))
const text = new Map(sources.map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]))

describe('words', () => {
  test.each(Object.entries({ ...words, ...techniques }))('%s stands in both languages', (key, [zh, en]) => {
    expect(zh.trim()).not.toBe('')
    expect(en.trim()).not.toBe('')
    if (!alike.has(key) && !crossed.has(key)) expect(zh).toMatch(/[\u3400-\u9fff]/)
    if (!crossed.has(key)) expect(en).not.toMatch(han)
    const holes = (one: string) => [...one.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).sort()
    expect(holes(en)).toEqual(holes(zh))
  })

  test('no key is said in two tables', () => {
    const parts = tables.map((part) => Object.keys(part).length)
    expect(Object.keys(words).length).toBe(parts.reduce((sum, n) => sum + n, 0))
  })

  test('every key is used', () => {
    const said = [...text].filter(([path]) => !path.startsWith('words/')).map(([, source]) => source).join('\n')
    const prefixes = [...said.matchAll(/`([a-zA-Z]+\.)\$\{/g)].map((match) => match[1])
    const unused = Object.keys(words).filter((key) => !said.includes(`'${key}'`) && !said.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix)))
    expect(unused).toEqual([])
  })

  test('every page explains its term', () => {
    /** These say nothing but what to enter, or that there is nothing. */
    const plain = new Set(['SignIn', 'Password', 'Forbidden', 'Missing', 'Account', 'Wall'].map((name) => `pages/${name}Page.vue`))
    const explains = (source: string): boolean => /<HelpTip |<StateFrame [^>]*help="/.test(source)
    expect([...text].filter(([path, source]) => path.startsWith('pages/') && !plain.has(path) && !explains(source)).map(([path]) => path)).toEqual([])
  })

  test('every empty state says what to do', () => {
    const silent = [...text].flatMap(([path, source]) => [...source.matchAll(/<EmptyState [^>]*>/g)].filter(([tag]) => !/ :?hint=/.test(tag)).map(([tag]) => `${path}: ${tag}`))
    expect(silent).toEqual([])
  })

  test('no page speaks past the tables', () => {
    const loose: string[] = []
    const spoken = new Set(['title', 'label', 'placeholder', 'aria-label', 'content', 'hint', 'alt'])
    interface Node { type: number; content?: unknown; tag?: string; props?: { type: number; name: string; value?: { content: string } }[]; children?: Node[] }
    function walk(node: Node, path: string): void {
      if (node.type === 2 && typeof node.content === 'string' && /[A-Za-z]{2}|[\u3400-\u9fff]/.test(node.content)) loose.push(`${path}: ${node.content.trim()}`)
      for (const prop of node.props ?? []) if (prop.type === 6 && spoken.has(prop.name) && prop.value && !(prop.value.content in words)) loose.push(`${path}: ${prop.name}="${prop.value.content}"`)
      for (const child of node.children ?? []) walk(child, path)
    }
    for (const [path, source] of text) {
      if (path.endsWith('.vue')) walk(parse(source, { ignoreEmpty: true }).descriptor.template?.ast as unknown as Node, path)
      const tables = /^(words\/|catalogue\/techniques\.ts|api\/client\.ts)/.test(path)
      const code = source.replace(/\/\/.*|<!--[\s\S]*?-->|\/\*[\s\S]*?\*\//g, '')
      if (!tables && han.test(code)) loose.push(`${path}: Chinese in the code`)
    }
    expect(loose).toEqual([])
  })
})
