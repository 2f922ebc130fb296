// SPDX-License-Identifier: Apache-2.0
// Types of what the build puts in: Vue files and the protocols' titles.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}
declare module '@protocols' {
  const document: import('./catalogue/catalogue').CatalogueDocument
  export default document
}
