// What one side takes and the other refuses, and why that is left so. A test
// fails when either changes its mind, so that the table stays true.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createSigner, httpbis } from 'http-message-signatures';
import { accepts, changed, consume } from './consumer.js';
import { removeHome, send, verify } from './hooks.js';
import { sdks } from './sdks/index.js';

after(removeHome);

const row = (provider) => sdks.find((l) => l.provider === provider);
const keyed = (name) => sdks.find((l) => l.name === name);
const hex = (key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest('hex');
const body = '{"type":"invoice.paid","amount":2000}';
const late = 3600;

/** sent is what hooks sends, whatever the consumer answers. */
async function sent(l, { body: text = l.body ?? body, path = l.path, ...options } = {}) {
  const consumer = await consume({ ...l, path }, l.publicKey ?? l.secret);
  try {
    const { code, stderr } = await send(l, l.secret, consumer.url, { body: Buffer.from(text), ...options });
    assert.ok(consumer.last(), `exit code ${code}, and nothing was sent:\n${stderr}`);
    return consumer.last();
  } finally {
    await consumer.close();
  }
}

// Each row: who takes it, whose scheme, in which other way (as), the message, and why.
const differences = [
  {
    name: 'the signature of the older secret, behind that of the newer', laxer: 'hooks', provider: 'paddle',
    of: (l) => sent({ ...l, flags: ['--secret', 'literal one'] }),
    why: 'during a rotation there are two h1; the library remembers the last one it read',
  },
  {
    name: 'an integer weight', laxer: 'hooks', provider: 'easypost', of: (l) => sent(l, { body: '{"weight":12,"amount":2000}' }),
    why: 'EasyPost writes 12.0; the library puts the .0 back for those whose framework has lost it',
  },
  {
    name: 'white space in the body', laxer: 'hooks', provider: 'workos', of: (l) => sent(l, { body: '{ "amount": 2000 }' }),
    why: 'the library takes the decoded payload and encodes it again; WorkOS sends it as JSON.stringify does',
  },
  {
    name: 'an empty body', laxer: 'hooks', provider: 'github', of: (l) => sent(l, { body: '' }),
    why: 'the library wants a payload; a ping without one does not exist',
  },
  {
    name: 'a delivery without shop and version', laxer: 'hooks', provider: 'shopify',
    of: async (l) => changed(await sent(l), { headers: { 'x-shopify-shop-domain': undefined } }),
    why: 'the library wants the headers that its users read, which are not signed',
  },
  {
    name: 'a minute ahead', laxer: 'hooks', provider: 'box', of: (l) => sent(l, { age: -60 }),
    why: "the library refuses the future altogether; clocks differ, and Box's older libraries take it",
  },
  {
    name: 'an hour ahead', laxer: 'library', provider: 'slack', of: (l) => sent(l, { age: -late }),
    why: "the library judges the past only; Slack documents both sides, and its Python library judges them",
  },
  {
    name: 'an hour old', laxer: 'library', provider: 'replicate', of: (l) => sent(l, { age: late }),
    why: 'the library does not judge the timestamp; the standard asks for it',
  },
  {
    name: 'an hour old', laxer: 'library', provider: 'sinch', of: (l) => sent(l, { age: late }),
    why: 'the library does not judge the timestamp; five minutes are assumed here',
  },
  {
    name: 'another version before the signature', laxer: 'library', provider: 'openai',
    of: async (l) => {
      const r = await sent(l);
      return changed(r, { headers: { 'webhook-signature': r.headers['webhook-signature'].slice('v1,'.length) } });
    },
    why: 'the library takes the bare signature, too; an entry of the standard has a version',
  },
  {
    name: 'a body that is not the digested one', laxer: 'library', provider: 'http-message-signatures',
    of: async (l) => changed(await sent(l), { body: body.replace('2000', '2001') }),
    why: 'Content-Digest is signed as a text, and comparing it is left to the consumer (RFC 9421, 7.2.8)',
  },
  {
    name: 'half a minute old', laxer: 'library', provider: 'messagebird-legacy', as: { verifyFlags: [] }, of: (l) => sent(l, { age: 30 }),
    why: "the library allows 100 seconds, MessageBird's Go library two and a half",
  },
  {
    name: 'RSA-PSS with a salt as long as it fits', laxer: 'library', provider: 'http-message-signatures', as: keyed('rsa-pss-sha512'),
    of: async (l) => {
      const r = await sent(l);
      const { headers } = await httpbis.signMessage({
        key: createSigner(l.secret, 'rsa-pss-sha512'), fields: ['@method', '@target-uri', 'content-digest'], params: ['created'],
      }, { method: r.method, url: r.url, headers: { 'content-digest': r.headers['content-digest'] } });
      return changed(r, { headers: { 'signature-input': headers['Signature-Input'], signature: headers.Signature } });
    },
    why: 'the salt has 64 bytes (RFC 9421, 3.3.1); the library takes whatever length its OpenSSL finds',
  },
  {
    name: 'data.id in capitals, signed as it stands', laxer: 'library', provider: 'mercadopago',
    of: async (l) => {
      const r = await sent(l, { path: '/hook?data.id=ORD01&type=order' });
      const ts = '1742505638683';
      const v1 = hex(l.secret, `id:ORD01;request-id:${r.headers['x-request-id']};ts:${ts};`);
      return changed(r, { headers: { 'x-signature': `ts=${ts},v1=${v1}` } });
    },
    why: 'Mercado Pago documents that it signs the lower case; the library leaves that to its caller',
  },
  {
    name: 'data.id in capitals, signed in lower case', laxer: 'hooks', provider: 'mercadopago',
    of: (l) => sent(l, { path: '/hook?data.id=ORD01&type=order' }),
    why: 'the same from the other side: its caller has to write ord01',
  },
  {
    name: 'a token that expired three seconds ago', laxer: 'library', provider: 'messagebird-jwt', of: (l) => sent(l, { age: 63 }),
    why: "clocks may differ by five seconds there, by one in MessageBird's Go library",
  },
];

describe('differences', { concurrency: true }, () => {
  for (const d of differences) {
    test(`${d.provider}: ${d.name}, taken by ${d.laxer === 'hooks' ? 'hooks' : row(d.provider).sdk} alone`, async () => {
      const l = { ...row(d.provider), ...d.as };
      const r = await d.of(l);
      const ours = await verify(l, r, l.publicKey ?? l.secret);
      assert.equal(ours === 'valid', d.laxer === 'hooks', `the program says ${ours}, though: ${d.why}`);
      assert.equal(await accepts(l, r, l.publicKey ?? l.secret), d.laxer === 'library', `the library, though: ${d.why}`);
    });
  }
});

describe('both readings are taken', { concurrency: true }, () => {
  for (const [signed, received] of [
    ['https://consumer.test/hook?a=1', 'https://consumer.test:443/hook?a=1'],
    ['https://consumer.test:443/hook?a=1', 'https://consumer.test/hook?a=1'],
    ['https://consumer.test/hook?a=1', 'https://consumer.test:8443/hook?a=1'],
    ['http://consumer.test:80/hook?a=1', 'http://consumer.test/hook?a=1'],
    ["https://consumer.test/hook?a='b'&c=%27", "https://consumer.test/hook?a='b'&c=%27"],
  ]) {
    test(`twilio: ${signed} received as ${received}`, async () => {
      const l = row('twilio');
      const { headers } = l.sign({ body: Buffer.from(l.body), key: l.secret, url: signed });
      const r = changed({
        method: 'POST', url: received, body: Buffer.from(l.body),
        rawHeaders: ['Content-Type', l.contentType, ...Object.entries(headers).flat()],
      }, {});
      assert.equal(await accepts(l, r, l.secret), true);
      assert.equal(await verify(l, r, l.secret), 'valid');
    });
  }

  test('paddle: the last secret of a rotation', async () => {
    const l = row('paddle');
    const both = { ...l, flags: ['--secret', 'another one'] };
    const r = await sent(both);
    assert.equal(await accepts(l, r, 'another one'), true);
    assert.equal(await verify(l, r, 'another one'), 'valid');
  });
});

test('stripe: any of the secrets of a rotation', async () => {
  const l = row('stripe');
  const r = await sent({ ...l, flags: ['--secret', 'another one'] });
  for (const key of [l.secret, 'another one']) {
    assert.equal(await accepts(l, r, key), true);
    assert.equal(await verify(l, r, key), 'valid');
  }
});
