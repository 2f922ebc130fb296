// SPDX-License-Identifier: Apache-2.0
// A stand-in for the collector: serves the built console under its strict policy and the API of docs/api.md from fixtures in memory. For tests only.
import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCity } from './fixtures/city.mjs'
import { makeOversight } from './fixtures/oversight.mjs'
import { makePlant } from './fixtures/plant.mjs'
import { makeStates } from './fixtures/states.mjs'
import { makeWork } from './fixtures/work.mjs'

const dist = fileURLToPath(new URL('../../build/console/', import.meta.url))
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' }
export const policy =
  "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** Who may, by the beginning of the path; as in collector/api/routes.c. */
const allowed = { '/summary': ['administrator', 'officer'], '/nodes/': ['administrator'], '/nodes': ['administrator', 'officer'], '/alerts': ['officer'], '/events': ['officer'], '/devices': ['officer'], '/incidents': ['officer'], '/suppressions': ['officer'], '/officers': ['officer'], '/links': ['officer'], '/region': ['officer'], '/risk': ['officer'], '/reliability': ['officer'], '/enterprises': ['officer'], '/grading': ['officer'], '/trainings': ['officer'], '/cases': ['officer'], '/bulletins': ['officer'], '/inspections': ['officer'], '/bundles': ['officer'], '/uploads': ['officer'], '/warnings': ['officer'], '/regional': ['officer'], '/overdue': ['officer'], '/evidence-requests': ['officer'], '/tasks': ['officer'], '/tickets': ['officer'], '/exposure': ['officer'], '/failures': ['officer'], '/visibility': ['officer'], '/baseline': ['officer'], '/variables': ['officer'], '/stream': ['officer'], '/accounts': ['administrator'], '/audit': ['auditor'] }

class Refusal extends Error {
  constructor(status, code, zh, en, detail) {
    super(en)
    Object.assign(this, { status, code, zh, en, detail })
  }
}

const bodies = new WeakMap()
/** Read once, however often it is asked for. */
function bodyOf(request) {
  if (!bodies.has(request)) bodies.set(request, readBody(request))
  return bodies.get(request)
}
async function readBody(request) {
  let text = ''
  for await (const part of request) text += part
  return request.headers['content-type'] === 'application/octet-stream' ? text : text ? JSON.parse(text) : {}
}

function page(all, search, match) {
  const limit = Math.min(Number(search.get('limit') ?? 50), 500)
  const items = all.filter(match)
  const from = Number(search.get('cursor') || 0)
  const next = from + limit < items.length ? String(from + limit) : null
  return { items: items.slice(from, from + limit), next, total: items.length }
}

function listed(search, name, value) {
  const wanted = search.get(name)
  return !wanted || wanted.split(',').includes(String(value))
}

/** Starts on a free loopback port; `plant` is the data it answers from, `push` sends a live event. */
export async function startMock(options = {}) {
  const plant = makePlant(options)
  const oversight = makeOversight(Date.now(), options.empty)
  const work = makeWork(Date.now(), options.empty)
  const city = makeCity(Date.now(), options.empty)
  const states = options.empty ? {} : makeStates(Date.now())
  const people = ['administrator', 'officer', 'auditor'].map((role, n) => ({
    id: n + 1, user: ['admin', 'security', 'audit'][n], name: ['陈工', '值班安全员', '审计员'][n], role, password: 'one-time', disabled: false, locked: false, mustChange: options.mustChange ?? false,
  }))
  const audit = []
  function note(actor, action, object = '', detail = '') {
    audit.unshift({ number: audit.length + 1, time: new Date().toISOString(), actor, address: '127.0.0.1', action, object, detail, hash: String(audit.length).padStart(64, 'a3') })
  }
  const sessions = new Map()
  const streams = new Set()

  function push(topic, item) {
    for (const stream of streams) stream.write(`event: ${topic}\nid: ${Date.now()}\ndata: ${JSON.stringify(item)}\n\n`)
  }
  const described = ({ person, csrf }) => ({ user: person.user, name: person.name, roles: [person.role], csrf, must_change_password: person.mustChange })

  function alertsPage(search) {
    if (options.pretend) return pretended(search)
    const q = search.get('q')?.toLowerCase()
    const ip = search.get('ip')
    return page(plant.alerts.map((alert) => alert.item), search, (item) =>
      listed(search, 'severity', item.severity) && listed(search, 'state', item.state) && listed(search, 'rule', item.rule) && listed(search, 'sensor', item.sensor) &&
      (!ip || [item.src_ip, item.dest_ip].includes(ip)) &&
      (!search.get('since') || item.time >= search.get('since')) && (!search.get('until') || item.time <= search.get('until')) &&
      (!q || JSON.stringify(item).toLowerCase().includes(q)))
  }
  /** As many alerts as told, the few there are over and over under new ids. */
  function pretended(search) {
    const limit = Number(search.get('limit'))
    const from = Number(search.get('cursor') || 0)
    const items = Array.from({ length: limit }, (_, n) => ({ ...plant.alerts[(from + n) % plant.alerts.length].item, id: `01JDWANGLOUMANY${String(from + n).padStart(11, '0')}` }))
    return { items, next: from + limit < options.pretend ? String(from + limit) : null, total: options.pretend }
  }
  /** Alerts of one pair of machines are one incident, the earliest its root. */
  function incidents() {
    const groups = new Map()
    for (const { item } of [...plant.alerts].reverse()) {
      const key = `${item.sensor} ${item.src_ip} ${item.dest_ip}`
      groups.set(key, [...(groups.get(key) ?? []), item])
    }
    return [...groups.values()].map((items, n) => {
      const [open, closed] = ['open', 'closed'].map((state) => items.filter((item) => item.state === state).length)
      const pending = items.length - open - closed
      return {
        id: n + 1, first: items[0].time, last: items.at(-1).time, severity: Math.min(...items.map((item) => item.severity)), state: open ? 'open' : pending ? 'pending' : 'closed', alerts: items.length, open, pending,
        sensor: items[0].sensor, source: items[0].src_ip, target: items[0].dest_ip, assignees: [...new Set(items.map((item) => item.assignee).filter(Boolean))], rules: [], root: items[0], items, next: null,
      }
    })
  }
  async function incident(method, id, verb, body, session) {
    const found = incidents().find((one) => one.id === Number(id))
    if (!found) throw new Refusal(404, 'not_found', '没有这个事件组。', 'There is no such incident.')
    if (method === 'GET') return found
    for (const item of found.items) handle(item.id, verb, body, session)
    return { alerts: found.items.length }
  }
  /** Assigning, commenting, changing the state of one alert. */
  function handle(id, verb, body, session) {
    if (verb === 'state') return setState(id, body, session)
    const alert = alertOf(id)
    if (verb === 'assign') alert.item.assignee = body.assignee || null
    alert.history.push({ time: new Date().toISOString(), user: session.person.user, action: verb === 'assign' ? 'assigned' : 'comment', comment: body.comment })
    return {}
  }
  function suppress(method, path, body, session, search) {
    const [, number] = /^\/suppressions\/(\d+)\/withdraw$/.exec(path) ?? []
    if (number) return Object.assign(plant.suppressions.find((one) => one.number === Number(number)), { in_force: false, withdrawn: true, withdrawn_by: session.person.user, withdrawn_at: new Date().toISOString() })
    if (method === 'GET') return { items: plant.suppressions.filter((one) => one.in_force || search.get('all')), next: null }
    const made = { rule: '', source: '', target: '', sensor: '', ...body, number: plant.suppressions.length + 1, user: session.person.user, created: new Date().toISOString(), in_force: true, withdrawn: false, withdrawn_by: '', withdrawn_at: null, alerts: 0 }
    plant.suppressions.push(made)
    return made
  }
  function alertOf(id) {
    const found = plant.alerts.find((alert) => alert.item.id === id)
    if (!found) throw new Refusal(404, 'not_found', '没有这条告警。', 'There is no such alert.')
    return found
  }
  function setState(id, body, session) {
    const alert = alertOf(id)
    if (body.state === 'closed' && !body.reason) throw new Refusal(422, 'reason_missing', '关闭告警要给出原因。', 'Closing an alert needs a reason.')
    alert.item.state = body.state
    alert.item.assignee = body.state === 'open' ? null : session.person.user
    alert.history.push({ time: new Date().toISOString(), user: session.person.user, action: body.state, reason: body.reason, comment: body.comment })
    note(session.person.user, 'alert.state', id, body.state)
    push('alert', alert.item)
    return { state: body.state }
  }
  function summary() {
    const open = plant.alerts.filter((alert) => alert.item.state === 'open')
    const by = Object.fromEntries([1, 2, 3, 4].map((level) => [level, open.filter((alert) => alert.item.severity === level).length]))
    const state = (name) => plant.alerts.filter((alert) => alert.item.state === name).length
    return { alerts: { by_severity: by, open: open.length, acknowledged: state('acknowledged'), escalated: state('escalated'), closed: state('closed'), today: plant.alerts.length }, devices: plant.devices.length, sensors: plant.nodes.filter((node) => node.state === 'enrolled' && node.role !== 'collector'), rate: plant.rate }
  }
  function deviceOf(id) {
    const device = plant.devices.find((one) => one.id === Number(id))
    if (!device) throw new Refusal(404, 'not_found', '没有这台设备。', 'There is no such device.')
    const touches = (item) => [item.src_ip, item.dest_ip].includes(device.address)
    return { ...device, asset: device, recent_alerts: plant.alerts.map((alert) => alert.item).filter(touches).slice(0, 10), recent_operations: plant.operations.filter((event) => event.ot && touches(event)).slice(0, 10) }
  }

  function accounts(method, path, body, session) {
    const [, id, verb] = /^\/accounts\/(\d+)\/(password|disabled|scope|totp)$/.exec(path) ?? []
    const person = people.find((one) => one.id === Number(id))
    if (method === 'GET') return { items: people.map(({ password, mustChange, factor: _, ...one }) => ({ ...one, must_change_password: mustChange, created: plant.since, last_sign_in: null })), next: null }
    if (verb === 'disabled') {
      person.disabled = body.disabled
      return undefined
    }
    if (verb === 'scope') {
      person.scope = body.scope
      return undefined
    }
    if (verb === 'totp') {
      person.factor = false
      return undefined
    }
    if (verb === 'password') {
      Object.assign(person, { password: 'NEW11-NEW22-NEW33', mustChange: true })
      return { id: person.id, one_time_password: person.password }
    }
    if (people.some((one) => one.user === body.user)) throw new Refusal(409, 'conflict', '与现有数据冲突', 'this conflicts with what is there', 'user')
    people.push({ id: people.length + 1, ...body, password: 'ABCDE-FGHJK-MNPQR', disabled: false, locked: false, mustChange: true })
    note(session.person.user, 'account.create', body.user, body.role)
    return { id: people.length, one_time_password: 'ABCDE-FGHJK-MNPQR' }
  }

  function factor(method, path, body, { person }) {
    if (method === 'GET') return { in_force: Boolean(person.factor) }
    if (path === '/session/totp') return { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: `otpauth://totp/Wanglou:${person.user}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Wanglou` }
    if (body.code !== '123456') throw new Refusal(422, 'totp_wrong', '动态口令不对', 'the one-time code is wrong')
    person.factor = path.endsWith('confirm')
    return person.factor ? { recovery_codes: Array.from({ length: 8 }, (_, n) => `ABCD-EFG${n}`) } : undefined
  }
  const made = []
  function tokens(method, path, body, { person }) {
    if (method === 'GET') return { items: made, next: null }
    const [, id] = /^\/tokens\/(\d+)\/revoke$/.exec(path) ?? []
    if (id) return Object.assign(made[id - 1], { revoked: new Date().toISOString() })
    made.push({ id: made.length + 1, name: body.name, owner: person.user, scopes: body.scopes, created: new Date().toISOString(), expires: new Date(Date.now() + body.days * 86_400_000).toISOString(), revoked: null, last_used: null })
    return { ...made.at(-1), token: 'wlt_made_for_tests' }
  }

  async function api(request, response, path, search) {
    const method = request.method
    const token = /wanglou=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
    const session = sessions.get(token)
    if (path === '/session' && method === 'POST') {
      const body = await bodyOf(request)
      const person = people.find((one) => one.user === body.user && one.password === body.password && !one.disabled)
      note(body.user, person ? 'session.sign_in' : 'session.refused', body.user)
      if (!person) throw new Refusal(401, 'sign_in_wrong', '用户名或口令不对', 'the name or the password is wrong')
      const id = String(Math.random())
      const opened = { person, csrf: `csrf-${id}` }
      sessions.set(id, opened)
      response.setHeader('Set-Cookie', `wanglou=${id}; HttpOnly; SameSite=Strict; Path=/`)
      return described(opened)
    }
    if (!session) throw new Refusal(401, 'signed_out', '请先登录。', 'Sign in first.')
    if (method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) throw new Refusal(403, 'csrf', '请求缺少校验标记。', 'The request lacks its CSRF token.')
    if (path === '/session' && method === 'GET') return described(session)
    if (path === '/session' && method === 'DELETE') return void sessions.delete(token)
    if (path === '/session/password') {
      const body = await bodyOf(request)
      if (body.old !== session.person.password) throw new Refusal(403, 'password_wrong', '原口令不对', 'the old password is wrong')
      if (body.new.includes('password')) throw new Refusal(422, 'password_flawed', '新口令不合要求', 'the new password does not meet the rules', 'common')
      session.person.password = body.new
      session.person.mustChange = false
      return described(session)
    }
    if (session.person.mustChange) throw new Refusal(403, 'password_change', '请先修改口令。', 'Change your password first.')
    if (path.startsWith('/session/totp')) return factor(method, path, method === 'GET' ? {} : await bodyOf(request), session)
    if (path.startsWith('/tokens')) return tokens(method, path, method === 'GET' ? {} : await bodyOf(request), session)
    const roles = Object.entries(allowed).find(([start]) => path.startsWith(start))?.[1]
    if (roles && !roles.includes(session.person.role)) throw new Refusal(403, 'forbidden', '您的角色不能做这件事', 'your role may not do this')
    if (path.startsWith('/accounts')) return accounts(method, path, await bodyOf(request), session)
    if (path === '/audit') return page(audit, search, (record) => (!search.get('actor') || record.actor === search.get('actor')) && record.action.startsWith(search.get('action') ?? ''))
    if (path === '/audit/verify') return options.brokenAudit ? { whole: false, records: 3, head: '', fault: 'record 2' } : { whole: true, records: audit.length, head: 'ab12cd34ef567890'.repeat(4) }
    if (path === '/alerts/export') {
      search.set('limit', '500')
      response.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="alerts.csv"' })
      response.end(['id,severity,rule', ...alertsPage(search).items.map((item) => [item.id, item.severity, item.rule].join(','))].join('\r\n') + '\r\n')
      return response
    }
    if (path === '/alerts') return alertsPage(search)
    if (path === '/incidents') return page(incidents(), search, (one) => listed(search, 'state', one.state) && listed(search, 'severity', one.severity) && (!search.get('ip') || [one.source, one.target].includes(search.get('ip'))))
    if (path.startsWith('/incidents/')) {
      const [, , number, verb] = path.split('/')
      return incident(method, number, verb, method === 'GET' ? {} : await bodyOf(request), session)
    }
    if (path.startsWith('/suppressions')) return suppress(method, path, method === 'GET' ? {} : await bodyOf(request), session, search)
    const worked = work(method, path, search, method === 'GET' ? {} : await bodyOf(request))
    if (worked !== undefined) return worked
    const overseen = oversight(method, path, search, method === 'GET' ? {} : await bodyOf(request))
    if (overseen !== undefined) return overseen
    if (path === '/procedures') return { machines: [], models: [{ file: 'warning-levels.yaml', source: 'GB/T 32924-2016', certainty: '各格取值为默认值 [K-L]', certainty_en: 'The cells are defaults [K-L].' }] }
    if (path === '/site') return plant.site
    if (path === '/officers') return { items: people.filter((one) => one.role === 'officer').map(({ user, name }) => ({ user, name })), next: null }
    const [, statesOf] = /^\/(exposure|failures|baseline|variables|visibility)$/.exec(path) ?? []
    if (statesOf) return page(states[statesOf] ?? [], search, (item) => !search.get('q') || JSON.stringify(item).includes(search.get('q')))
    if (path === '/links') return { items: city.links.filter((one) => !search.get('ip') || [one.source, one.target].includes(search.get('ip'))), next: null }
    if (['/region', '/risk', '/reliability'].includes(path)) return city[path.slice(1)]
    if (path === '/events' && search.get('type') === 'summary') return page(city.summaries, search, (event) => listed(search, 'sensor', event.sensor))
    if (path === '/variables/history') return { items: search.get('key').endsWith('40001') ? states.course : [], next: null, complete: true }
    if (/^\/devices(\/\d+)?\/changes$/.test(path)) return { items: states.changes ?? [], next: null }
    const packets = /^\/alerts\/([^/]+)\/packets$/.exec(path)?.[1]
    if (packets) {
      const { event } = alertOf(packets)
      if (event.pcap_cnt % 3) throw new Refusal(404, 'not_found', '没有留存报文。', 'No packets were kept.')
      return { items: [-2, -1, 0, 1].map((step) => ({ time: event.timestamp, frame: event.pcap_cnt + step, length: 74 + step, link: 1, hex: '001b1b200110525400770131080045000021' + Buffer.from(`WANGLOU packet ${step}`).toString('hex') })), next: null, truncated: true }
    }
    const [, kind, id, verb] = /^\/(alerts|devices|events)\/([^/]+)(?:\/(state|assign|comment))?$/.exec(path) ?? []
    if (kind === 'alerts' && verb) return handle(decodeURIComponent(id), verb, await bodyOf(request), session)
    if (kind === 'alerts') {
      const alert = alertOf(decodeURIComponent(id))
      return { event: alert.event, assignee: alert.item.assignee, state: alert.item.state, history: alert.history }
    }
    if (kind === 'devices') return deviceOf(decodeURIComponent(id))
    if (path === '/devices') return page(plant.devices, search, (device) => !search.get('q') || JSON.stringify(device).toLowerCase().includes(search.get('q').toLowerCase()))
    if (path === '/events') return page(plant.operations, search, (event) => listed(search, 'type', event.event_type) && listed(search, 'sensor', event.sensor) && listed(search, 'class', event.ot?.class) && (!search.get('ip') || [event.src_ip, event.dest_ip].includes(search.get('ip'))) && (!search.get('since') || event.timestamp >= search.get('since')) && (!search.get('until') || event.timestamp <= search.get('until')))
    if (path === '/summary') return summary()
    if (path === '/nodes/codes') return { code: 'K7MQ-2XWD-9PRT', expires: new Date(Date.now() + 900_000).toISOString() }
    if (path === '/nodes/pending') return { items: plant.pending ?? [], next: null }
    if (path.startsWith('/nodes/pending/')) {
      const wanted = plant.pending.find((one) => path.includes(`/${one.name}/`))
      if (path.endsWith('approve') && (await bodyOf(request)).fingerprint !== wanted.fingerprint) throw new Refusal(409, 'conflict', '与现有数据冲突', 'conflict', 'fingerprint')
      if (path.endsWith('approve')) plant.nodes.push({ ...plant.nodes[0], name: wanted.name, role: wanted.role, events: 0 })
      plant.pending = plant.pending.filter((one) => one !== wanted)
      return undefined
    }
    const [, revoked] = /^\/nodes\/(.+)\/revoke$/.exec(path) ?? []
    if (revoked) return void Object.assign(plant.nodes.find((one) => one.name === decodeURIComponent(revoked)), { state: 'revoked', reason: (await bodyOf(request)).reason })
    if (path === '/inspections/2026/report') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Disposition': 'attachment; filename="self-inspection-2026.html"' })
      response.end('<!doctype html><html><head><style>body { font-family: serif } h1 { color: rgb(1, 2, 3) }</style><script>document.title = "ran"</script></head><body><h1>自查报告</h1><p>符合 1 条</p></body></html>')
      return response
    }
    if (path === '/nodes') return { items: plant.nodes, next: null }
    if (path === '/stream') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
      response.write(': hello\n\n')
      streams.add(response)
      request.on('close', () => streams.delete(response))
      return response
    }
    throw new Refusal(404, 'not_found', '没有这个接口。', 'There is no such address.')
  }

  function file(response, path) {
    let name = normalize(join(dist, path))
    if (!name.startsWith(dist) || !extname(name) || !existsSync(name)) name = join(dist, 'index.html')
    response.writeHead(200, { 'Content-Type': types[extname(name)] ?? 'application/octet-stream' })
    response.end(readFileSync(name))
  }

  const server = createServer(async (request, response) => {
    const address = new URL(request.url, 'http://mock')
    response.setHeader('Content-Security-Policy', policy)
    response.setHeader('X-Content-Type-Options', 'nosniff')
    if (!address.pathname.startsWith('/api/v1/')) return file(response, address.pathname)
    try {
      const answer = await api(request, response, address.pathname.slice('/api/v1'.length), address.searchParams)
      if (answer === response) return undefined
      response.setHeader('Content-Type', 'application/json')
      response.statusCode = answer === undefined ? 204 : 200
      response.end(answer === undefined ? undefined : JSON.stringify(answer))
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      response.writeHead(refusal.status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ error: { code: refusal.code, zh: refusal.zh, en: refusal.en, detail: refusal.detail } }))
    }
    return undefined
  })
  await new Promise((done) => server.listen(options.port ?? 0, '127.0.0.1', done))
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    plant,
    push,
    close: () => {
      for (const stream of streams) stream.destroy()
      server.closeAllConnections?.()
      return new Promise((done) => server.close(done))
    },
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock({ port: Number(process.env.PORT ?? 8080) })
  console.log(`${mock.address}  admin, security or audit / one-time`)
}
