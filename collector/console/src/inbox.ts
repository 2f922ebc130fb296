// SPDX-License-Identifier: Apache-2.0
// The number of open alerts beside "Alerts" in the navigation, kept from whatever page asked last and from live arrival.
import { ref } from 'vue'

export const openAlerts = ref(0)
