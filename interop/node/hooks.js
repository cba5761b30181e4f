// The program as a user runs it: a process with a home of its own, and what it
// printed.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// limit bounds every call in milliseconds; none takes that long unless it hangs.
const limit = 20_000;

const program = process.env.HOOKS;
if (!program) throw new Error('HOOKS must name the built program; ./run does that');

const home = await mkdtemp(path.join(tmpdir(), 'hooks-node-'));
let files = 0;

export const removeHome = () => rm(home, { recursive: true, force: true });

/** file writes bytes where the program can read them and returns the path. */
export async function file(bytes) {
  const name = path.join(home, `file-${++files}`);
  await writeFile(name, bytes);
  return name;
}

/** hooks runs the program; keys reach it as HOOKS_TEST_… variables, so that no byte of them is lost. */
export async function hooks(args, keys = {}) {
  const env = { HOME: home, TMPDIR: home, TZ: 'UTC', XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, ...keys };
  const child = spawn(program, args, { cwd: home, env, timeout: limit, stdio: ['ignore', 'pipe', 'pipe'] });
  const [code, stdout, stderr] = await Promise.all([
    new Promise((resolve, reject) => child.once('error', reject).once('close', resolve)),
    text(child.stdout), text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const secretFlags = ['--secret', 'env:TEST_SECRET'];

/** send has the program sign a body and send it; 0 means that the consumer took it. */
export async function send(l, key, to, { body, age = 0, flags = [] }) {
  return hooks([
    'send', '--to', to, '--provider', l.provider, ...secretFlags, '--data', '@' + await file(body),
    '--event', l.event ?? 'invoice.paid', '--timestamp', new Date(Date.now() - age * 1000).toISOString(),
    '--content-type', l.contentType ?? 'application/json', ...(l.flags ?? []), ...flags,
  ], { TEST_SECRET: key });
}

/** sign is what the program prints for a request to a URL: its headers, and URL and body where it changed them. */
export async function sign(l, key, url, body) {
  const { code, stdout, stderr } = await hooks([
    'sign', await file(body), '--json', '--provider', l.provider, ...secretFlags, '--url', url,
    '--content-type', l.contentType ?? 'application/json', '--event', l.event ?? 'invoice.paid', ...(l.flags ?? []),
  ], { TEST_SECRET: key });
  if (code !== 0) throw new Error(`hooks sign: exit code ${code}\n${stderr}`);
  return JSON.parse(stdout);
}

/** verify returns "valid" or the program's reason for a request. */
export async function verify(l, r, key) {
  const keyFlags = l.publicKey ? ['--public-key', 'env:TEST_SECRET'] : secretFlags;
  const { code, stdout, stderr } = await hooks([
    'verify', '--json', '--explain-budget', '0', '--provider', l.provider, ...keyFlags,
    '--request', await file(rawRequest(r)), '--url', r.url, ...(l.flags ?? []), ...(l.verifyFlags ?? []),
  ], { TEST_SECRET: key });
  if (code !== 0 && code !== 1) throw new Error(`hooks verify: exit code ${code}\n${stderr}`);
  const answer = JSON.parse(stdout);
  if ((answer.verdict === 'valid') !== (code === 0)) throw new Error(`exit code ${code} with ${stdout}`);
  return answer.verdict === 'valid' ? 'valid' : answer.reason;
}

function rawRequest(r) {
  const { pathname, search } = new URL(r.url);
  const head = [`${r.method} ${pathname}${search} HTTP/1.1`];
  for (let i = 0; i < r.rawHeaders.length; i += 2) {
    if (r.rawHeaders[i].toLowerCase() !== 'content-length') head.push(`${r.rawHeaders[i]}: ${r.rawHeaders[i + 1]}`);
  }
  head.push(`Content-Length: ${r.body.length}`, '', '');
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), r.body]);
}

/** listen runs a listener that verifies for one provider. */
export async function listen(l) {
  const ready = path.join(home, `ready-${++files}`);
  const store = path.join(home, `store-${files}`);
  const child = spawn(program, [
    'listen', '--addr', '127.0.0.1:0', '--ready-file', ready, '--store', store, '--quiet',
    '--provider', l.provider, ...secretFlags, ...(l.flags ?? []),
  ], { cwd: home, env: { HOME: home, TMPDIR: home, TEST_SECRET: l.secret }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await Promise.race([
    written(ready), ended.then((code) => { throw new Error(`hooks listen ended with ${code}`); }),
  ]).catch((error) => { child.kill('SIGKILL'); throw error; });
  return { url, close: () => { child.kill('SIGINT'); return ended; } };
}

/** written is what a file holds once it is there. */
async function written(name) {
  const end = Date.now() + limit;
  while (Date.now() < end) {
    const text = await readFile(name, 'utf8').catch(() => '');
    if (text) return text.trim();
    await sleep(5);
  }
  throw new Error(`${name} was never written`);
}
