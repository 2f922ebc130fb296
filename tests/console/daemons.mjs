// SPDX-License-Identifier: Apache-2.0
// The real collector and sensor for the console's tests: a scratch directory, free loopback ports, keys made and enrolled, captures of tests/captures.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const build = join(root, 'build')

/** Resolves with the first match of the pattern in what the process says; rejects when it ends before. */
function said(child, pattern, patience = 20_000) {
  return new Promise((done, failed) => {
    let text = ''
    const timer = setTimeout(() => failed(new Error(`no ${pattern} within ${patience} ms:\n${text}`)), patience)
    const hear = (part) => {
      text += part
      const match = pattern.exec(text)
      if (match) {
        clearTimeout(timer)
        done(match)
      }
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code) => failed(new Error(`ended with ${code}:\n${text}`)))
  })
}

/** Starts a collector with one enrolled sensor; `replay` sends a capture through that sensor. `below`: events of nodes below, by name, that it has
 * already; `name`: of the collector's own key; `carried`: it has this collector (another one started here) above, reached by files; `above`: over the link. */
export async function startDaemons({ sensor = 'probe', below = {}, name = 'collector-1', carried, above } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'wanglou-console-'))
  const data = join(directory, 'data')
  mkdirSync(join(data, 'nodes'), { recursive: true })
  const tool = (...words) => execFileSync(join(build, 'wanglou'), words, { cwd: directory, encoding: 'utf8' })
  tool('keys', '.', sensor)
  tool('node', 'enrol', `${sensor}.pub`, '--nodes', join(data, 'nodes'))
  tool('keys', '.', name)
  const publicKey = join(directory, `${name}.pub`)
  const parent = carried || above ? `parent:\n  public_key: ${(carried ?? above).publicKey}\n${above ? `  address: tcp://127.0.0.1:${above.port}\n` : ''}` : ''
  writeFileSync(
    join(directory, 'collector.yaml'),
    `${parent}collector:\n  name: ${name}\n  directory: ${data}\nhttp:\n  port: 0\n  console: ${join(build, 'console')}\nlink:\n  listen: tcp://127.0.0.1:0\n  key: ${join(directory, name)}.key\nstore:\n  keep_free: 16M\n`,
  )
  for (const [node, events] of Object.entries(below)) execFileSync(join(build, 'tests/bench/fill'), [data, '-', node], { input: events.map((event) => JSON.stringify(event)).join('\n') + '\n' })
  const collector = spawn(join(build, 'wanglou-collector'), ['-c', 'collector.yaml'], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
  const passwords = {}
  collector.stdout.on('data', (part) => {
    for (const [, user, password] of String(part).matchAll(/one-time password: (\S+) (\S+)/g)) passwords[user] = password
  })
  const ports = said(collector, /link: port (\d+)/)
  const [, address] = await said(collector, /console: (http:\/\/\S+?)\/?\s/)
  const [, port] = await ports
  writeFileSync(
    join(directory, 'sensor.yaml'),
    `sensor:\n  name: ${sensor}\ncollector:\n  address: tcp://127.0.0.1:${port}\n  public_key: ${publicKey}\n  own_key: ${join(directory, sensor)}.key\n  spool: ${join(directory, 'spool')}\n`,
  )
  const children = new Set()
  function replay(capture, ...more) {
    const file = capture.startsWith('/') ? capture : join(root, 'tests/captures', `${capture}.pcap`)
    const child = spawn(join(build, 'wanglou-sensor'), ['-c', 'sensor.yaml', '-r', file, '--events', 'none', '--signatures', join(root, 'signatures/library'), ...more], { cwd: directory, stdio: 'ignore' })
    children.add(child)
    return new Promise((done, failed) => child.once('exit', (code) => {
      children.delete(child)
      if (code) failed(new Error(`wanglou-sensor -r ${capture} ended with ${code}`))
      else done()
    }))
  }
  return {
    address,
    passwords,
    publicKey,
    port,
    replay,
    /** Lets another collector in as a node below. */
    admit: (other) => tool('node', 'enrol', other.publicKey, '--role', 'collector', '--nodes', join(data, 'nodes')),
    async close() {
      for (const child of children) child.kill()
      const gone = new Promise((done) => collector.once('exit', done))
      collector.kill()
      await gone
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
