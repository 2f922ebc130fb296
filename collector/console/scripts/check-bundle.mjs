// SPDX-License-Identifier: Apache-2.0
// Fails when the first page needs more than its budget: the entry, its static imports and those of the sign-in and overview pages, gzipped.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const budget = 300 * 1024
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const files = new Set()

function take(name) {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`check-bundle: ${name} is not in the manifest`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const style of chunk.css ?? []) files.add(style)
  for (const other of chunk.imports ?? []) take(other)
}

for (const name of ['index.html', 'src/pages/SignInPage.vue', 'src/pages/OverviewPage.vue']) take(name)
const sizes = [...files].map((file) => [gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length, file]).sort((a, b) => b[0] - a[0])
const total = sizes.reduce((sum, [size]) => sum + size, 0)
for (const [size, file] of sizes) console.log(`${(size / 1024).toFixed(1).padStart(8)} KB  ${file}`)
console.log(`${(total / 1024).toFixed(1).padStart(8)} KB  first page, gzip (budget ${budget / 1024} KB)`)
if (total > budget) {
  console.error('check-bundle: the first page is over its budget')
  process.exit(1)
}
