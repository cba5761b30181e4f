// Senders that sign the URL.
import { createHash, createSecretKey } from 'node:crypto';
import { signRequest, verifyRequest } from '@contentful/node-apps-toolkit';
import { Signature as HubSpot } from '@hubspot/api-client';
import jwt from 'atlassian-jwt';
import legacy from 'messagebird/lib/signature.js';
import messagebird from 'messagebird/lib/webhook-signature-jwt.js';
import { WebhookSignatureValidator as MercadoPago } from 'mercadopago';
import plivo from 'plivo';
import { WebhooksHelper as Square } from 'square';
import twilio from 'twilio';
import { verifySignature as vonage } from '@vonage/jwt';

const common = { secret: 'the secret of an account', foreign: 'the secret of another one', path: '/hook?b=2&a=1' };
const form = {
  contentType: 'application/x-www-form-urlencoded',
  body: 'MessageSid=SM1&From=%2B15551234567&Body=Caf%C3%A9+au+lait+%26+more&Empty=',
};

const fields = (r) => {
  const out = {};
  for (const [name, value] of new URLSearchParams(r.text)) out[name] = name in out ? [out[name], value].flat() : value;
  return out;
};

const ofTwilio = {
  ...common, sdk: 'twilio', provider: 'twilio',
  verify: (r, key) => twilio.validateRequest(key, r.headers['x-twilio-signature'], r.url, fields(r)),
  sign: ({ body, key, url }) => ({
    headers: { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(key, url, fields({ text: body.toString() })) },
  }),
};

const hubspot = (version, { provider, header = 'x-hubspot-signature' }) => {
  const options = (r, clientSecret) => ({
    clientSecret, requestBody: r.text, url: r.url, timestamp: Number(r.headers['x-hubspot-request-timestamp']),
  });
  return {
    ...common, sdk: '@hubspot/api-client', provider, how: `Signature.isValid, getSignature (${version})`,
    verify: (r, key) => HubSpot.isValid({ ...options(r, key), signature: r.headers[header], method: r.method, signatureVersion: version }),
    sign: ({ body, at, key, url }) => {
      const headers = version === 'v3' ? { 'x-hubspot-request-timestamp': String(+at) } : {};
      const signature = HubSpot.getSignature('POST', version, options({ text: body.toString(), url, headers }, key));
      return { headers: { ...headers, [header]: signature } };
    },
  };
};

const request = (r) => {
  const { pathname, search } = new URL(r.url);
  return { method: r.method, path: pathname + search, headers: r.headers, body: r.text };
};

const withQuery = (r) => ({ headers: r.headers, query: Object.fromEntries(new URL(r.url).searchParams), body: r.body });

const connect = (r) => jwt.fromMethodAndUrl(r.method, r.url);

export default [
  { ...ofTwilio, ...form, how: 'validateRequest, getExpectedTwilioSignature' },
  { ...ofTwilio, ...form, name: 'a field twice', how: 'the same', body: 'MediaUrl=b&MediaUrl=a&MediaUrl=b&Body=2000' },
  {
    ...ofTwilio, name: 'JSON', how: 'validateRequestWithBody, getExpectedBodyHash', reason: 'body_hash_mismatch',
    verify: (r, key) => twilio.validateRequestWithBody(key, r.headers['x-twilio-signature'], r.url, r.text),
    sign: ({ body, key, url }) => {
      const signed = `${url}&bodySHA256=${twilio.getExpectedBodyHash(body.toString())}`;
      return { url: signed, headers: { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(key, signed, {}) } };
    },
  },
  {
    ...common, sdk: 'square', provider: 'square', how: 'WebhooksHelper.verifySignature',
    verify: (r, key) => Square.verifySignature({
      requestBody: r.text, signatureHeader: r.headers['x-square-hmacsha256-signature'], signatureKey: key, notificationUrl: r.url,
    }),
  },
  { ...hubspot('v1', { provider: 'hubspot-v1' }) },
  { ...hubspot('v2', { provider: 'hubspot-v2' }) },
  { ...hubspot('v3', { provider: 'hubspot-v3', header: 'x-hubspot-signature-v3' }), stale: 305 },
  {
    ...common, sdk: '@contentful/node-apps-toolkit', provider: 'contentful', how: 'verifyRequest, signRequest',
    secret: '0123456789abcdef'.repeat(4), foreign: 'fedcba9876543210'.repeat(4), stale: 35,
    verify: (r, key) => verifyRequest(key, request(r)),
    sign: ({ body, at, key, url }) => ({
      headers: signRequest(key, request({ method: 'POST', url, headers: {}, text: body.toString() }), +at),
    }),
  },
  {
    ...common, sdk: 'plivo', provider: 'plivo-v3', how: 'validateV3Signature', ...form,
    verify: (r, key) => plivo.validateV3Signature(
      r.method, r.url, r.headers['x-plivo-signature-v3-nonce'], key, r.headers['x-plivo-signature-v3'], fields(r)),
  },
  {
    ...common, sdk: 'plivo', provider: 'plivo-v2', how: 'validateSignature', ...form,
    tampered: { url: (url) => url.replace('/hook', '/hooked') }, // the body is not signed
    verify: (r, key) => plivo.validateSignature(
      r.url, r.headers['x-plivo-signature-v2-nonce'], r.headers['x-plivo-signature-v2'], key),
  },
  {
    ...common, sdk: 'mercadopago', provider: 'mercadopago', how: 'WebhookSignatureValidator.validate',
    path: '/hook?data.id=12345&type=payment',
    tampered: { url: (url) => url.replace('12345', '12346') }, // the body is not signed
    verify: (r, key) => {
      MercadoPago.validate({
        xSignature: r.headers['x-signature'], xRequestId: r.headers['x-request-id'],
        dataId: new URL(r.url).searchParams.get('data.id'), secret: key,
      });
    },
  },
  {
    ...common, sdk: 'messagebird', provider: 'messagebird-jwt', how: 'webhook-signature-jwt verify', stale: 67,
    reason: 'body_hash_mismatch',
    verify: async (r, key) => {
      await messagebird.verify(r.url, r.body, r.headers['messagebird-signature-jwt'], createSecretKey(Buffer.from(key)));
    },
  },
  {
    ...common, sdk: 'messagebird', provider: 'messagebird-legacy', how: 'signature validate, generate', stale: 105,
    verifyFlags: ['--tolerance', '100s'], // its window; that of the provider is shorter
    verify: (r, key) => legacy.validate(withQuery(r), key),
    sign: ({ body, at, key, url }) => {
      const headers = { 'messagebird-request-timestamp': String(Math.floor(at / 1000)) };
      return { headers: { ...headers, 'messagebird-signature': legacy.generate(withQuery({ headers, url, body }), key).toString('base64') } };
    },
  },
  {
    ...common, sdk: '@vonage/jwt', provider: 'vonage', how: 'verifySignature', reason: 'body_hash_mismatch',
    // The library verifies the token; its documentation compares the digest so.
    verify: (r, key) => {
      const token = r.headers.authorization.replace('Bearer ', '');
      if (!vonage(token, key)) return false;
      const { payload_hash: digest } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
      return digest === createHash('sha256').update(r.body).digest('hex');
    },
  },
  {
    ...common, sdk: 'atlassian-jwt', provider: 'jira-connect', how: 'decodeSymmetric, encodeSymmetric, createQueryStringHash',
    flags: ['--param', 'client_key=client-1'], path: "/hook?b=it's%20(2)&a=1,2&a=0&jwt=x",
    tampered: { url: (url) => url.replace('/hook', '/hooked') }, // the body is not signed
    reason: 'url_mismatch',
    verify: (r, key) => {
      const claims = jwt.decodeSymmetric(r.headers.authorization.replace('JWT ', ''), key, 'HS256');
      return claims.qsh === jwt.createQueryStringHash(connect(r));
    },
    sign: ({ at, key, url }) => {
      const iat = Math.floor(at / 1000);
      const claims = { iss: 'client-1', iat, exp: iat + 180, qsh: jwt.createQueryStringHash(connect({ method: 'POST', url })) };
      return { headers: { Authorization: 'JWT ' + jwt.encodeSymmetric(claims, key, 'HS256') } };
    },
  },
];
