// SPDX-License-Identifier: Apache-2.0
// Lists as files, read from the collector page by page.
import { ElMessage } from 'element-plus'
import type { Page } from '@/api/types'
import { csvOf, type Column } from '@/csv'
import { count } from '@/format'
import { t } from '@/words'

const most = 10_000

function save(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** Reads a list to its end, or to the most one file may hold, and hands it to the browser. */
export async function exportList<T>(name: string, kind: 'csv' | 'json', columns: Column<T>[], ask: (cursor: string) => Promise<Page<T>>): Promise<void> {
  const items: T[] = []
  let cursor: string | null = ''
  while (cursor !== null && items.length < most) {
    const page: Page<T> = await ask(cursor)
    items.push(...page.items)
    cursor = page.items.length ? page.next : null
  }
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')
  if (kind === 'csv') save(`${name}-${stamp}.csv`, csvOf(columns, items), 'text/csv;charset=utf-8')
  else save(`${name}-${stamp}.json`, JSON.stringify(items, null, 1), 'application/json')
  if (cursor === null) ElMessage.success(t('action.exported', { n: count(items.length) }))
  else ElMessage.warning(t('action.exportCut', { n: count(items.length) }))
}
