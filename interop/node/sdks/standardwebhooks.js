// Standard Webhooks, its own library, and the senders that follow it.
import { verifyWebhook as clerk } from '@clerk/backend/webhooks';
import OpenAI from 'openai';
import { validateEvent as polar, WebhookVerificationError } from '@polar-sh/sdk/webhooks.js';
import { validateWebhook as replicate } from 'replicate';
import { Resend } from 'resend';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const common = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  foreign: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  stale: 305, ahead: 305,
};

const named = (prefix, id, at, signature) => ({
  [`${prefix}-id`]: id, [`${prefix}-timestamp`]: String(Math.floor(at / 1000)), [`${prefix}-signature`]: signature,
});

const signed = (library, prefix) => ({ body, at, key }) => {
  const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
  return { headers: named(prefix, id, at, new library(key).sign(id, at, body.toString())) };
};

export default [
  {
    ...common, sdk: 'standardwebhooks', provider: 'standard', how: 'Webhook.verify, Webhook.sign',
    verify: (r, key) => { new Standard(key).verify(r.text, r.headers); },
    sign: signed(Standard, 'webhook'),
  },
  {
    ...common, sdk: 'svix', provider: 'svix', how: 'Webhook.verify, Webhook.sign',
    verify: (r, key) => { new Svix(key).verify(r.text, r.headers); },
    sign: signed(Svix, 'svix'),
  },
  {
    ...common, sdk: '@clerk/backend', provider: 'clerk', how: 'verifyWebhook(Request)',
    verify: (r, key) => clerk(new Request(r.url, { method: r.method, headers: r.headers, body: r.body }), { signingSecret: key }),
  },
  {
    ...common, sdk: 'resend', provider: 'resend', how: 'webhooks.verify',
    verify: (r, key) => {
      const headers = { id: r.headers['svix-id'], timestamp: r.headers['svix-timestamp'], signature: r.headers['svix-signature'] };
      new Resend('re_none').webhooks.verify({ payload: r.text, headers, webhookSecret: key });
    },
  },
  {
    ...common, sdk: 'openai', provider: 'openai', how: 'webhooks.unwrap',
    verify: (r, key) => new OpenAI({ apiKey: 'none' }).webhooks.unwrap(r.text, r.headers, key),
  },
  {
    ...common, sdk: 'openai', provider: 'openai', name: 'a secret without whsec_', how: 'webhooks.unwrap',
    secret: 'plain text, not base64', foreign: 'another text',
    verify: (r, key) => new OpenAI({ apiKey: 'none' }).webhooks.unwrap(r.text, r.headers, key),
  },
  {
    ...common, sdk: '@polar-sh/sdk', provider: 'polar', how: 'validateEvent',
    secret: 'polar_whs_6n4QmW0', foreign: 'polar_whs_other',
    // It also decodes the event, and knows no such type: only its complaint
    // about the signature is a refusal.
    verify: (r, key) => {
      try { polar(r.body, r.headers, key); } catch (error) { return !(error instanceof WebhookVerificationError); }
    },
  },
  {
    ...common, sdk: 'replicate', provider: 'replicate', how: 'validateWebhook',
    // It does not judge the timestamp.
    stale: undefined, ahead: undefined,
    verify: (r, key) => replicate({
      id: r.headers['webhook-id'], timestamp: r.headers['webhook-timestamp'],
      signature: r.headers['webhook-signature'], body: r.text, secret: key,
    }),
  },
];
