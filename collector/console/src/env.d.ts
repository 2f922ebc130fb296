// SPDX-License-Identifier: Apache-2.0
// Types of what the build puts in: Vue files, the protocols' titles, the signatures' categories.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}
declare module '@protocols' {
  const document: import('./catalogue/catalogue').CatalogueDocument
  export default document
}
declare module 'virtual:categories' {
  /** `class` and `subclass` are those of GB/T 20986-2023. */
  const rows: Record<string, { key: string; class: string; subclass: string; zh: string; en: string }>
  export default rows
}

declare module 'virtual:library' {
  const rules: import('./signatures').Signature[]
  export default rules
}
