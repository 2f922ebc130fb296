// SPDX-License-Identifier: Apache-2.0
// Titles of the signatures' categories, with their class of GB/T 20986-2023.
import rows from 'virtual:categories'
import { language, pick } from '@/words'

export function categoryTitle(key: string): string {
  const row = rows[key]
  if (!row) return key
  return language.value === 'zh' ? `${row.zh} (${row.class} · ${row.subclass})` : pick(row)
}
