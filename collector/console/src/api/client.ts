// SPDX-License-Identifier: Apache-2.0
// The one way to the collector's API: JSON both ways, the session's CSRF token on every unsafe call, faults with words in both languages.
import type { Bilingual } from './types'

export class ApiFault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly words: Bilingual,
    readonly detail = '',
  ) {
    super(words.en)
  }
}

let csrf = ''
let onSignedOut: () => void = () => {}

export function setCsrf(token: string): void {
  csrf = token
}

/** Called when the collector no longer knows our session. */
export function whenSignedOut(call: () => void): void {
  onSignedOut = call
}

const unreachable: Bilingual = {
  zh: '连不上汇聚服务，请检查网络，或请管理员查看 wanglou-collector 是否在运行。',
  en: 'The collector cannot be reached. Check the network, or ask the administrator whether wanglou-collector is running.',
}

async function faultOf(response: Response): Promise<ApiFault> {
  const unexplained: Bilingual = {
    zh: `汇聚服务返回了错误 ${response.status}。`,
    en: `The collector answered with error ${response.status}.`,
  }
  try {
    const { error } = (await response.json()) as { error: { code: string; detail?: string } & Bilingual }
    return new ApiFault(response.status, error.code, { zh: error.zh ?? unexplained.zh, en: error.en ?? unexplained.en }, error.detail)
  } catch {
    return new ApiFault(response.status, 'unexplained', unexplained)
  }
}

async function answerOf(method: string, path: string, body: BodyInit | undefined, type: string, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf
  if (body !== undefined) headers['Content-Type'] = type
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, signal, credentials: 'same-origin', body })
  } catch (reason) {
    if (signal?.aborted) throw reason
    throw new ApiFault(0, 'unreachable', unreachable)
  }
  if (!response.ok) {
    const fault = await faultOf(response)
    if (response.status === 401 && !path.startsWith('/session')) onSignedOut()
    throw fault
  }
  return response
}

const objectOf = async <T>(response: Response): Promise<T> => (response.status === 204 ? (undefined as T) : ((await response.json()) as T))

export async function call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return objectOf(await answerOf(method, path, body === undefined ? undefined : JSON.stringify(body), 'application/json', signal))
}

/** A file as the body. */
export async function send<T>(path: string, file: Blob): Promise<T> {
  return objectOf(await answerOf('POST', path, file, 'application/octet-stream'))
}

/** A file that the collector makes on demand, given to the browser to be saved; its name. */
export async function saveFile(path: string, body: unknown): Promise<string> {
  const response = await answerOf('POST', path, JSON.stringify(body), 'application/json')
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'wanglou'
  const address = URL.createObjectURL(await response.blob())
  const link = Object.assign(document.createElement('a'), { href: address, download: name })
  link.click()
  URL.revokeObjectURL(address)
  return name
}

/** A document that the collector writes, such as a report to be looked at. */
export async function read(path: string, signal?: AbortSignal): Promise<string> {
  return (await answerOf('GET', path, undefined, '', signal)).text()
}

/** Leaves out what is empty, so that addresses stay short and filters mean what they say. */
export function query(parameters: Record<string, string | number | string[] | null | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '')
    if (text) search.set(name, text)
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}
