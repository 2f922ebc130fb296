// SPDX-License-Identifier: Apache-2.0
// What hours of watching and failures say of a device.
/** Mean time between failures: observed hours over failures; nothing where nothing failed or nobody watched. */
export function meanTimeBetween(observed: number | undefined, failures: number | undefined): number | undefined {
  return observed && failures ? observed / failures : undefined
}
