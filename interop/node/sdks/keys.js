// Senders with a private key. One pair is made for the run; the library and
// the program are given the public half as each sender hands it out.
import { createHash, generateKeyPairSync } from 'node:crypto';
import https from 'node:https';
import { Readable } from 'node:stream';
import { verifyKey as discord } from 'discord-interactions';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import sendgrid from '@sendgrid/eventwebhook';
import SNS from 'sns-validator';
import Telnyx from 'telnyx';

const pem = (key) => key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' });
const raw = (key, encoding) => Buffer.from(key.export({ format: 'jwk' }).x, 'base64url').toString(encoding);

/** pair is the two halves of a new key, and the public half of another. */
const pair = (type, options, write) => {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  return { secret: pem(privateKey), publicKey: write(publicKey), foreign: write(generateKeyPairSync(type, options).publicKey) };
};

const ed25519 = (encoding) => pair('ed25519', {}, (key) => raw(key, encoding));
const events = new sendgrid.EventWebhook();

// The validator fetches the certificate from Amazon: here it gets the key of
// this run, and decides by it.
const certified = (key, judge) => {
  const { get } = https;
  https.get = (url, answer) => {
    answer(Object.assign(Readable.from([key]), { statusCode: 200 }));
    return { on() {} };
  };
  return judge().finally(() => { https.get = get; });
};

// A certificate is kept by its URL, so that every key wants one of its own.
let certificates = 0;
const sns = (r, key) => certified(key, () => new Promise((resolve, reject) => {
  const message = { ...JSON.parse(r.text), SigningCertURL: `https://sns.us-east-1.amazonaws.com/${++certificates}.pem` };
  new SNS().validate(message, (error) => (error ? reject(error) : resolve(true)));
}));

const digest = (body) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

const algorithms = {
  ed25519: ['ed25519', {}],
  'ecdsa-p256-sha256': ['ec', { namedCurve: 'P-256' }],
  'ecdsa-p384-sha384': ['ec', { namedCurve: 'P-384' }],
  'rsa-pss-sha512': ['rsa', { modulusLength: 2048 }],
};
const covered = ['@method', '@target-uri', 'content-digest'];

export default [
  {
    sdk: 'discord-interactions', provider: 'discord', how: 'verifyKey', ...ed25519('hex'),
    verify: (r, key) => discord(r.body, r.headers['x-signature-ed25519'], r.headers['x-signature-timestamp'], key),
  },
  {
    sdk: 'telnyx', provider: 'telnyx', how: 'webhooks.unwrap', ...ed25519('base64'), stale: 305, ahead: 305,
    verify: (r, key) => new Telnyx({ apiKey: 'none' }).webhooks.unwrap(r.text, { headers: r.headers, key }),
  },
  {
    sdk: '@sendgrid/eventwebhook', provider: 'sendgrid', how: 'EventWebhook.verifySignature',
    ...pair('ec', { namedCurve: 'P-256' }, (key) => key.export({ type: 'spki', format: 'der' }).toString('base64')),
    verify: (r, key) => events.verifySignature(events.convertPublicKeyToECDSA(key), r.body,
      r.headers[sendgrid.EventWebhookHeader.SIGNATURE().toLowerCase()],
      r.headers[sendgrid.EventWebhookHeader.TIMESTAMP().toLowerCase()]),
  },
  ...['1', '2'].map((version) => ({
    sdk: 'sns-validator', provider: 'aws-sns', name: 'version ' + version, how: 'validate', event: 'Notification',
    flags: ['--param', 'signature_version=' + version],
    body: '{"Type":"Notification","Message":"Café 2000","TopicArn":"arn:aws:sns:us-east-1:1:topic","Subject":"of it"}',
    ...pair('rsa', { modulusLength: 2048 }, pem), verify: sns,
  })),
  ...Object.entries(algorithms).map(([name, [type, options]]) => ({
    sdk: 'http-message-signatures', provider: 'http-message-signatures', name, how: 'httpbis.verifyMessage, signMessage (RFC 9421)',
    ...pair(type, options, pem), path: '/hook?a=1',
    // It takes the digest of the body as a text; comparing the two is left to
    // the consumer, so that the URL is what is changed.
    tampered: { url: (url) => url.replace('a=1', 'a=2') },
    verify: (r, key) => httpbis.verifyMessage({
      keyLookup: async () => ({ verify: createVerifier(key, name) }), requiredFields: covered,
    }, { method: r.method, url: r.url, headers: r.headers }),
    // Its PSS signatures have the longest salt that fits: see differences.test.js.
    sign: name === 'rsa-pss-sha512' ? undefined : ({ body, url, key }) => httpbis.signMessage({
      key: createSigner(key, name, 'key-1'), fields: covered, params: ['created', 'keyid'],
    }, { method: 'POST', url, headers: { 'Content-Digest': digest(body) } }),
  })),
];
