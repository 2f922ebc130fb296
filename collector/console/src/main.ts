// SPDX-License-Identifier: Apache-2.0
// Starts the console.
import { createApp } from 'vue'
import './element'
import './theme'
import App from './App.vue'
import { router } from './router'

createApp(App).use(router).mount('#app')
