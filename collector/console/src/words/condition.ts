// SPDX-License-Identifier: Apache-2.0
import type { Pair } from './index'

export const conditionWords = {} satisfies Record<string, Pair>
