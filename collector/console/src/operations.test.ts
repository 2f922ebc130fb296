// SPDX-License-Identifier: Apache-2.0
// Requests and answers become one row, whichever comes first in the list.
import { expect, test } from 'vitest'
import type { EventRecord } from './api/types'
import { pairOperations } from './operations'

const head = { event_type: 'ot', sensor: 's', flow_id: 7 }
const request = { ...head, id: 'a', timestamp: '1', src_ip: 'station', dest_ip: 'plc', pcap_cnt: 40, ot: { protocol: 's7comm', class: 'write', operation: 'write_var', role: 'request', status: 'none', objects: ['DB11'], values: [3] } } as EventRecord
const answer = { ...head, id: 'b', timestamp: '2', src_ip: 'plc', dest_ip: 'station', pcap_cnt: 41, ot: { protocol: 's7comm', class: 'write', operation: 'write_var', role: 'response', status: 'refused', status_en: 'no', latency: 0.1, request_frame: 40 } } as EventRecord

test.each([['newest first', [answer, request]], ['oldest first', [request, answer]]])('%s', (_, events) => {
  const rows = pairOperations(events)
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ id: 'a', from: 'station', to: 'plc', request, answer, ot: { status: 'refused', status_en: 'no', latency: 0.1, objects: ['DB11'], values: [3] } })
})

test('an answer alone is told from the side that commanded', () => {
  expect(pairOperations([answer])[0]).toMatchObject({ from: 'station', to: 'plc', ot: { status: 'refused' } })
})

test('a request that stays unanswered is one row', () => {
  const silent = { ...request, id: 'c', timestamp: '3', ot: { ...request.ot!, status: 'unanswered', request_frame: 40 } }
  for (const events of [[silent, request], [request, silent]]) expect(pairOperations(events)).toMatchObject([{ id: 'a', ot: { status: 'unanswered', objects: ['DB11'] } }])
})

test('other flows, frames and sensors stay apart', () => {
  expect(pairOperations([request, { ...answer, flow_id: 8 }, { ...answer, sensor: 't' }, { ...answer, ot: { ...answer.ot!, request_frame: 39 } }])).toHaveLength(4)
})
