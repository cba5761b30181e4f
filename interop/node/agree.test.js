// What one side signs, the other accepts; what is broken, both refuse. The
// library's own function decides for it, the program's exit code for us.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accepts, changed, consume, post } from './consumer.js';
import { removeHome, send, sign, verify } from './hooks.js';
import { sdks } from './sdks/index.js';

after(removeHome);

const compact = JSON.stringify({ id: 'evt_1', type: 'invoice.paid', note: 'plain', amount: 2000 });
const pretty = '{\r\n  "type": "invoice.paid", "amount": 2000,\n  "note": "Café 🔑 </é> \u2028 1.0 ×"\n}\n';

const bodyOf = (l) => Buffer.from(l.body ?? (l.compact ? compact : pretty));
const checking = (l) => l.publicKey ?? l.secret;

/** tampered has one character of what is signed changed. */
function tampered(l, r) {
  const change = l.tampered ?? { body: (body) => body.replace(/2000|Caf%C3%A9/, '2001') };
  const out = {};
  for (const part of Object.keys(change)) {
    const before = part === 'body' ? r.text : r.url;
    out[part] = change[part](before);
    assert.notEqual(out[part], before);
  }
  return changed(r, out);
}

/** want asks both sides for their verdict. */
async function want(l, r, key, reason) {
  assert.equal(await verify(l, r, key), reason, 'the program');
  assert.equal(await accepts(l, r, key), reason === 'valid', `the library, where the program says ${reason}`);
}

/** sent is what the program sent to a consumer with the library, whose answer must be as told. */
async function sent(l, taken, options = {}) {
  const consumer = await consume(l, checking(l));
  try {
    const { code, stdout, stderr } = await send(l, l.secret, consumer.url, { body: bodyOf(l), ...options });
    assert.ok(consumer.last(), `nothing was sent:\n${stderr}`);
    assert.equal(code, taken ? 0 : 1, `the consumer should have ${taken ? 'taken' : 'refused'} it:\n${stdout}${stderr}`);
    return consumer.last();
  } finally {
    await consumer.close();
  }
}

/** signed is a request that somebody has signed, after its way over HTTP; taken says whether the consumer must take it. */
async function signed(l, signer, taken = true) {
  const consumer = await consume(l, checking(l));
  try {
    const s = await signer(consumer.url);
    const headers = { 'Content-Type': l.contentType ?? 'application/json', ...s.headers };
    const status = await post(s.url ?? consumer.url, headers, s.body ?? bodyOf(l));
    assert.equal(status, taken ? 200 : 401, "the library's verdict");
    return consumer.last();
  } finally {
    await consumer.close();
  }
}

/** by and byHooks are the two signers. */
const by = (l, at) => (url) => l.sign({ body: bodyOf(l), at, key: l.secret, url });
const byHooks = (l) => (url) => sign(l, l.secret, url, bodyOf(l));

/** unsigned has no header that could carry a signature; undefined where the signature lies elsewhere. */
function unsigned(r) {
  const names = Object.keys(r.headers).filter((name) => /sign|hmac|authorization/.test(name));
  if (names.length === 0) return undefined;
  return changed(r, { headers: Object.fromEntries(names.map((name) => [name, undefined])) });
}

/** broken is the ways to break a good message; the reason is the program's. */
async function broken(l, r) {
  await want(l, r, checking(l), 'valid');
  await want(l, tampered(l, r), checking(l), l.reason ?? 'signature_mismatch');
  await want(l, r, l.foreign, 'signature_mismatch');
  if (unsigned(r)) await want(l, unsigned(r), checking(l), 'missing_header');
}

test('every library that is installed has a row', async () => {
  const { dependencies } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
  assert.deepEqual([...new Set(sdks.map((l) => l.sdk))].sort(), Object.keys(dependencies).sort());
});

for (const l of sdks) {
  describe([l.sdk, l.provider, l.name].filter(Boolean).join(' / '), { concurrency: true }, () => {
    test('what hooks sends', async () => broken(l, await sent(l, true)));
    test('what hooks signs', async () => want(l, await signed(l, byHooks(l)), checking(l), 'valid'));
    if (l.sign) test(`what ${l.sdk} signs`, async () => broken(l, await signed(l, by(l, new Date()))));
    for (const [name, seconds, reason] of [['too old', l.stale, 'timestamp_too_old'], ['too new', -l.ahead, 'timestamp_too_new']]) {
      if (!seconds) continue;
      test(`${name}, from hooks`, async () => want(l, await sent(l, false, { age: seconds }), checking(l), l.late ?? reason));
      if (l.sign) {
        test(`${name}, from ${l.sdk}`, async () => {
          await want(l, await signed(l, by(l, new Date(Date.now() - seconds * 1000)), false), checking(l), reason);
        });
      }
    }
  });
}
