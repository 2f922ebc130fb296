// SPDX-License-Identifier: Apache-2.0
// How the console is bundled: a strict Content-Security-Policy holds for the result, and the protocols' titles come from the
// parsers' own tables as `wanglou protocols --json` prints them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { parse } from 'yaml'
import { finish } from './finish'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const proofs = process.env.WANGLOU_PROOFS ?? here('../../build/gen/proofs.tap')
const protocols = process.env.WANGLOU_PROTOCOLS ?? here('../../build/gen/protocols.json')

/** The categories of the signatures, from their own table. */
function categories(): Plugin {
  const name = 'virtual:categories'
  const path = here('../../signatures/categories.yaml')
  return {
    name: 'categories',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined
      this.addWatchFile(path)
      const rows = parse(readFileSync(path, 'utf8')) as { key: string }[]
      return `export default ${JSON.stringify(Object.fromEntries(rows.map((row) => [row.key, row])))}`
    },
  }
}

/** The library of signatures as it is built with this console, with what `wanglou rules test` said of each. */
function library(): Plugin {
  const name = 'virtual:library'
  const folder = here('../../signatures/library')
  interface Rule { id: string; proof?: { fires: number }[] }
  return {
    name: 'library',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined
      const passed = new Set([...readFileSync(proofs, 'utf8').matchAll(/^ok \d+ - (\S+)$/gm)].map((match) => match[1]))
      const rules = readdirSync(folder).filter((file) => file.endsWith('.yaml')).sort().flatMap((file) => {
        this.addWatchFile(`${folder}/${file}`)
        const rows: unknown = parse(readFileSync(`${folder}/${file}`, 'utf8'))
        return (Array.isArray(rows) ? (rows as Rule[]) : []).filter((rule) => rule.id).map(({ proof, ...rule }) => ({ ...rule, file, proofs: proof?.length ?? 0, proven: passed.has(rule.id) }))
      })
      if (!rules.length || !passed.size) throw new Error(`no signatures in ${folder}, or no results in ${proofs}`)
      return `export default ${JSON.stringify(rules)}`
    },
  }
}

export default defineConfig(({ command }) => {
  if (command === 'build' && !existsSync(protocols))
    throw new Error(`${protocols} is missing: run 'make' first, or name the output of 'wanglou protocols --json' in WANGLOU_PROTOCOLS`)
  return {
    plugins: [vue(), categories(), library(), finish()],
    resolve: { alias: { '@': here('./src'), '@protocols': protocols } },
    build: {
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0, // the policy allows no data: addresses
      chunkSizeWarningLimit: 1500,
    },
    server: { proxy: { '/api': process.env.WANGLOU_API ?? 'http://127.0.0.1:8080' } },
  }
})
