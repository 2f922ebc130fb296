// SPDX-License-Identifier: Apache-2.0
// Names of machines: what the inventory knows about an address, asked once and remembered.
import { reactive } from 'vue'
import { call, query } from '@/api/client'
import type { DeviceItem, Page } from '@/api/types'

const known = reactive(new Map<string, DeviceItem | null>())

/** The device behind an address, undefined while asking, null when the inventory does not know it. */
export function deviceAt(address: string | undefined): DeviceItem | null | undefined {
  if (!address) return null
  if (!known.has(address) && !asking.has(address)) void ask(address)
  return known.get(address)
}

const asking = new Set<string>()
async function ask(address: string): Promise<void> {
  asking.add(address)
  try {
    const page = await call<Page<DeviceItem>>('GET', `/devices${query({ q: address, limit: 50 })}`)
    known.set(address, page.items.find((device) => device.address === address || device.mac === address) ?? null)
  } catch {
    known.set(address, null) // a name is a courtesy: the address itself is shown
  } finally {
    asking.delete(address)
  }
}

export function deviceTitle(device: Partial<DeviceItem>): string {
  return device.name || [device.vendor, device.model].filter(Boolean).join(' ')
}
