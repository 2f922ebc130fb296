// SPDX-License-Identifier: Apache-2.0
// What the collector's API answers with, as docs/api.md lays it down.

export interface Bilingual {
  zh: string
  en: string
}
/** A value of the API's with its words. */
export type Named = { name: string } & Bilingual

export type Severity = 1 | 2 | 3 | 4
export type AlertState = 'open' | 'acknowledged' | 'escalated' | 'closed'

export type Role = 'administrator' | 'officer' | 'auditor'

export interface Session {
  user: string
  name: string
  roles: Role[]
  csrf: string
  /** Nodes it may see, with commas; empty: all. */
  scope?: string
  must_change_password: boolean
}

export interface Endpoint {
  ip?: string
  mac?: string
}

export interface AlertItem {
  id: string
  time: string
  severity: Severity
  rule: string
  signature: string
  signature_en: string
  category: string
  techniques: string[]
  source?: Endpoint
  target?: Endpoint
  src_ip?: string
  dest_ip?: string
  app_proto?: string
  sensor: string
  count: number
  state: AlertState
  assignee?: string | null
  incident?: number
  /** Number of the suppression that keeps it out of the inbox. */
  suppressed?: number
}

export type IncidentState = 'open' | 'pending' | 'closed'

/** Alerts between the same two machines that belong together; the root is the earliest. */
export interface IncidentItem {
  id: number
  first: string
  last: string
  severity: Severity
  state: IncidentState
  alerts: number
  open: number
  pending: number
  sensor: string
  source: string
  target: string
  assignees: string[]
  rules: { rule: string; severity: Severity; alerts: number }[]
  root: AlertItem
}

export interface IncidentDetail extends IncidentItem {
  items: AlertItem[]
  next: string | null
}

export interface SuppressionItem {
  number: number
  id: string
  rule: string
  source: string
  target: string
  sensor: string
  until: string
  reason: string
  user: string
  created: string
  in_force: boolean
  withdrawn: boolean
  withdrawn_at: string | null
  withdrawn_by: string
  alerts: number
}

export interface PacketItem {
  time: string
  frame?: number
  length: number
  link: number
  hex: string
}

/** The latest state of one thing: a value, a deviation, a failure, an exposure, what is seen. */
export type StateItem<T extends string, O> = { number: number; id: string; sensor: string; key: string; first: string; last: string; events: number } & Record<T, O>

export interface Page<T> {
  items: T[]
  next: string | null
  total?: number
  /** False where the collector stopped counting. */
  total_exact?: boolean
}

export interface HistoryEntry {
  time: string
  user: string
  action: string
  reason?: string
  comment?: string
}

export type FieldValue = number | string | boolean | null | (number | string | boolean | null)[]

/** The protocol-independent meaning of one message, with its decoded fields by Wireshark's names. */
export interface OtRecord {
  protocol: string
  class: string
  class_zh?: string
  operation?: string
  operation_zh?: string
  operation_en?: string
  code?: number
  role?: string
  status?: string
  status_code?: number
  status_zh?: string
  status_en?: string
  unit?: number
  objects?: string[]
  values?: FieldValue
  latency?: number
  request_frame?: number
  anomalies?: ({ name: string; severity: string } & Bilingual)[]
  fields?: Record<string, FieldValue>
}

export interface AlertRecord {
  signature_id: number
  rule: string
  rev: number
  severity: Severity
  category: string
  signature: string
  signature_en: string
  description?: Bilingual
  impact?: Bilingual
  check?: Bilingual
  false_positive?: Bilingual
  techniques?: string[]
  references?: string[]
  count?: number
  first?: string
  key?: string
  source?: Endpoint
  target?: Endpoint
}

export interface FlowRecord {
  pkts_toserver?: number
  pkts_toclient?: number
  bytes_toserver?: number
  bytes_toclient?: number
  start?: string
  end?: string
  operations?: Record<string, number>
}

/** Counters of a sensor's worker, by the part that counts. */
export type StatsRecord = { worker?: number } & Partial<Record<'capture' | 'engine' | 'decode' | 'flow' | 'stream', Record<string, number>>>

/** One line of the event stream: the common head, then one object named as its type. */
export interface EventRecord {
  id: string
  timestamp: string
  event_type: string
  sensor: string
  seq?: number
  flow_id?: number
  community_id?: string
  in_iface?: string
  pcap_file?: string
  pcap_cnt?: number
  vlan?: number[]
  src_mac?: string
  src_ip?: string
  src_port?: number
  dest_mac?: string
  dest_ip?: string
  dest_port?: number
  proto?: string
  app_proto?: string
  alert?: AlertRecord
  ot?: OtRecord
  flow?: FlowRecord
  [type: string]: unknown
}

export interface AlertDetail {
  event: EventRecord
  state: AlertState
  assignee?: string | null
  history: HistoryEntry[]
}

export interface DeviceItem {
  id: number
  address?: string
  mac?: string
  vendor?: string
  model?: string
  firmware?: string
  serial?: string
  name?: string
  role?: string
  protocols?: string[]
  /** Purdue level, 0 to 5; absent: unknown. */
  level?: number
  zone?: string
  sensor?: string
  first_seen: string
  last_seen: string
  alerts: number
}

/** Who speaks with whom by one protocol, summed over whole days. */
export interface LinkItem {
  sensor: string
  source: string
  target: string
  protocol: string
  first: string
  last: string
  operations?: Record<string, number>
  flows: number
  packets: number
  bytes: number
  alerts: number
}

export interface Evidence {
  frame?: number
  protocol?: string
  confidence?: number
}

export interface DeviceDetail extends DeviceItem {
  /** The latest `asset` event's object. */
  asset?: Record<string, unknown>
  evidence?: Record<string, Evidence>
  recent_alerts?: AlertItem[]
  recent_operations?: EventRecord[]
}

export interface SensorStatus {
  name: string
  last_seen: string | null
  online: boolean
  version?: string
  events: number
  gap?: number
  /** Events still lying in the sensor's spool. */
  backlog?: number
  clock_offset_us?: number
  refused?: number
}

export interface Summary {
  alerts: { by_severity: Partial<Record<'1' | '2' | '3' | '4', number>>; today: number } & Record<AlertState, number>
  devices: number
  sensors: SensorStatus[]
  /** Events a minute over the last hour, oldest first. */
  rate: { minute: string; events: number; alerts?: number }[]
}

export interface NodeItem extends SensorStatus {
  role?: string
  state: string
  enrolled?: string
  key?: string
  address?: string
}

export interface AccountItem {
  id: number
  user: string
  name: string
  role: Role
  scope?: string
  disabled: boolean
  locked: boolean
  must_change_password: boolean
  created: string | null
  last_sign_in: string | null
}

export interface AuditItem {
  number: number
  time: string
  actor: string
  address: string
  action: string
  object: string
  detail: string
  hash: string
}
