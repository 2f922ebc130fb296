// SPDX-License-Identifier: Apache-2.0
// Dark or light: the officer's choice, or the system's until there is one.
import { ref, watchEffect } from 'vue'

const stored = 'wanglou.theme'
const chosen = localStorage.getItem(stored)
export const dark = ref(chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches)

watchEffect(() => document.documentElement.classList.toggle('dark', dark.value))

export function toggleTheme(): void {
  dark.value = !dark.value
  localStorage.setItem(stored, dark.value ? 'dark' : 'light')
}
