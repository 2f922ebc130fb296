// SPDX-License-Identifier: Apache-2.0
// The bytes of a packet as people read them: offset, sixteen hexadecimal bytes, the same as characters.
const perLine = 16

export function hexLines(hex: string): { offset: string; bytes: string; text: string }[] {
  const bytes = hex.match(/[0-9a-f]{2}/gi) ?? []
  const lines = []
  for (let at = 0; at < bytes.length; at += perLine) {
    const part = bytes.slice(at, at + perLine)
    const halves = [part.slice(0, perLine / 2), part.slice(perLine / 2)].map((half) => half.join(' '))
    const text = part.map((byte) => parseInt(byte, 16)).map((code) => (code > 31 && code < 127 ? String.fromCharCode(code) : '.'))
    lines.push({ offset: at.toString(16).padStart(4, '0'), bytes: halves.join('  ').trimEnd().padEnd(perLine * 3), text: text.join('') })
  }
  return lines
}
