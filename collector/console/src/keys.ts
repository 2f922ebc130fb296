// SPDX-License-Identifier: Apache-2.0
// Keyboard first: single keys that work anywhere outside of text fields and dialogs.
import { onBeforeUnmount, onMounted } from 'vue'

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

const away = 10 * 60_000
let touched = Date.now()
for (const kind of ['pointermove', 'keydown', 'wheel']) addEventListener(kind, () => (touched = Date.now()), { passive: true })

/** Has somebody moved here lately? Nothing is refreshed for an empty chair, so that its session can end. */
export function present(): boolean {
  return Date.now() - touched < away
}

/** Runs the action of a pressed key while the calling component is on screen. */
export function useKeys(actions: Record<string, () => void>): void {
  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return
    if (typing(event.target) || document.querySelector('.el-overlay-dialog')?.checkVisibility()) return
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  }
  onMounted(() => document.addEventListener('keydown', pressed))
  onBeforeUnmount(() => document.removeEventListener('keydown', pressed))
}
