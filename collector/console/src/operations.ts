// SPDX-License-Identifier: Apache-2.0
// One operation is two records: what was asked, and what came back. Here they become one row, told from the side that commands.
import type { EventRecord, OtRecord } from '@/api/types'

export interface Operation {
  id: string
  timestamp: string
  from?: string
  to?: string
  sensor: string
  request?: EventRecord
  answer?: EventRecord
  /** The request's meaning with the answer's result. */
  ot: OtRecord
}

const addressOf = (event: EventRecord, side: 'src' | 'dest'): string | undefined => event[`${side}_ip`] ?? event[`${side}_mac`]
/** The frame that asked, within its flow; a request that stays unanswered is told a second time under the same frame. */
const key = (event: EventRecord, frame: number): string => `${event.sensor}/${event.pcap_file ?? event.in_iface ?? ''}/${event.flow_id}/${frame}`

function rowOf(event: EventRecord, ot: OtRecord): Operation {
  const answers = ot.role === 'response'
  return {
    id: event.id,
    timestamp: event.timestamp,
    from: addressOf(event, answers ? 'dest' : 'src'),
    to: addressOf(event, answers ? 'src' : 'dest'),
    sensor: event.sensor,
    [answers ? 'answer' : 'request']: event,
    ot,
  }
}

function join(row: Operation, event: EventRecord, ot: OtRecord): void {
  if (ot.role === 'response') row.answer = event
  else if (ot.status !== 'unanswered') Object.assign(row, { request: event, id: event.id, timestamp: event.timestamp })
  else row.request ??= event
  const asked = row.request?.ot ?? ot
  const told = row.answer?.ot ?? (ot.status === 'unanswered' ? ot : row.ot.status === 'unanswered' ? row.ot : asked)
  row.ot = { ...asked, status: told.status, status_code: told.status_code, status_zh: told.status_zh, status_en: told.status_en, latency: told.latency, objects: asked.objects ?? told.objects, values: asked.values ?? told.values }
}

/** Rows in the order in which their first record stands in the list. */
export function pairOperations(events: EventRecord[]): Operation[] {
  const rows: Operation[] = []
  const open = new Map<string, Operation>()
  for (const event of events) {
    const { ot } = event
    if (!ot) continue
    const frame = ot.request_frame ?? (ot.role === 'request' ? event.pcap_cnt : undefined)
    const known = frame === undefined ? undefined : open.get(key(event, frame))
    if (known && known.ot.operation === ot.operation) join(known, event, ot)
    else {
      const row = rowOf(event, ot)
      rows.push(row)
      if (frame !== undefined) open.set(key(event, frame), row)
    }
  }
  return rows
}
