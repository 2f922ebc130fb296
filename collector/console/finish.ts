// SPDX-License-Identifier: Apache-2.0
// The last step of the build: what the first page needs is kept within its budget, and every text file gets its .gz for the collector to serve.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Plugin, Rollup } from 'vite'

const budget = 300 * 1024
/** The entry, and what signing in and the overview load beside it. */
const first = ['index.html', 'src/pages/SignInPage.vue', 'src/pages/OverviewPage.vue']

function filesOf(bundle: Rollup.OutputBundle): Set<string> {
  const chunks = Object.values(bundle).filter((one) => one.type === 'chunk')
  const files = new Set<string>()
  function take(chunk: Rollup.OutputChunk | undefined, name: string): void {
    if (!chunk) throw new Error(`finish: ${name} is not in the bundle`)
    if (files.has(chunk.fileName)) return
    files.add(chunk.fileName)
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style)
    for (const other of chunk.imports) take(chunks.find((one) => one.fileName === other), other)
  }
  for (const name of first) take(chunks.find((one) => one.facadeModuleId?.endsWith(`/${name}`)), name)
  return files
}

export function finish(): Plugin {
  return {
    name: 'finish',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      const packed = new Map<string, number>()
      for (const name of Object.keys(bundle).filter((one) => /\.(js|css|html|svg|json)$/.test(one))) {
        const small = gzipSync(readFileSync(join(dir!, name)), { level: 9 })
        writeFileSync(join(dir!, `${name}.gz`), small)
        packed.set(name, small.length)
      }
      const sizes = [...filesOf(bundle)].map((name) => [packed.get(name) ?? 0, name] as const).sort((a, b) => b[0] - a[0])
      const total = sizes.reduce((sum, [size]) => sum + size, 0)
      const kilobytes = (size: number): string => `${(size / 1024).toFixed(1)} KB`
      console.log(`first page: ${kilobytes(total)} gzip in ${sizes.length} files (budget ${kilobytes(budget)}), the largest ${sizes[0]![1]} ${kilobytes(sizes[0]![0])}`)
      if (total > budget) this.error(`the first page is over its budget:\n${sizes.map(([size, name]) => `  ${kilobytes(size)}  ${name}`).join('\n')}`)
    },
  }
}
