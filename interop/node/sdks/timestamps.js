// Senders that sign a timestamp with the body.
import { LinearWebhookClient } from '@linear/sdk/webhooks';
import Mux from '@mux/mux-node';
import { Paddle } from '@paddle/paddle-node-sdk';
import * as sanity from '@sanity/webhook';
import sinch from '@sinch/sdk-core';
import bolt from '@slack/bolt';
import Stripe from 'stripe';
import { WorkOS } from '@workos-inc/node';
import { WebhooksManager as Box } from 'box-node-sdk/managers/webhooks';

const common = { secret: 'whsec_the text of it', foreign: 'whsec_another' };

const stripe = new Stripe('sk_test_none');
const mux = new Mux({ tokenId: 'none', tokenSecret: 'none' });
const paddle = new Paddle('none');
const workos = new WorkOS('sk_none', { clientId: 'none' });
const quiet = { error() {}, warn() {}, info() {}, debug() {} };

export default [
  {
    ...common, sdk: 'stripe', provider: 'stripe', how: 'webhooks.constructEvent, generateTestHeaderString',
    stale: 305,
    verify: (r, key) => { stripe.webhooks.constructEvent(r.body, r.headers['stripe-signature'], key); },
    sign: ({ body, at, key }) => ({
      headers: {
        'Stripe-Signature': stripe.webhooks.generateTestHeaderString({
          payload: body.toString(), secret: key, timestamp: Math.floor(at / 1000),
        }),
      },
    }),
  },
  {
    ...common, sdk: '@paddle/paddle-node-sdk', provider: 'paddle', how: 'webhooks.isSignatureValid', stale: 8,
    verify: (r, key) => paddle.webhooks.isSignatureValid(r.text, key, r.headers['paddle-signature']),
  },
  {
    ...common, sdk: '@slack/bolt', provider: 'slack', how: 'verifySlackRequest', stale: 305,
    verify: (r, key) => { bolt.verifySlackRequest({ signingSecret: key, body: r.text, headers: r.headers, logger: quiet }); },
  },
  {
    ...common, sdk: '@mux/mux-node', provider: 'mux', how: 'webhooks.verifySignature', stale: 305,
    verify: (r, key) => mux.webhooks.verifySignature(r.text, r.headers, key),
  },
  {
    ...common, sdk: '@workos-inc/node', provider: 'workos', how: 'webhooks.verifyHeader, computeSignature', stale: 185,
    compact: true, // it takes the decoded payload and encodes it again
    verify: (r, key) => workos.webhooks.verifyHeader({
      payload: JSON.parse(r.text), sigHeader: r.headers['workos-signature'], secret: key,
    }),
    sign: async ({ body, at, key }) => ({
      headers: {
        'WorkOS-Signature': `t=${+at}, v1=${await workos.webhooks.computeSignature(+at, JSON.parse(body), key)}`,
      },
    }),
  },
  {
    ...common, sdk: '@sanity/webhook', provider: 'sanity', how: 'isValidRequest, encodeSignatureHeader',
    verify: (r, key) => sanity.isValidRequest(r, key),
    sign: async ({ body, at, key }) => ({
      headers: { 'sanity-webhook-signature': await sanity.encodeSignatureHeader(body.toString(), +at, key) },
    }),
  },
  {
    ...common, sdk: '@sinch/sdk-core', provider: 'sinch', how: 'ConversationCallbackWebhooks.validateAuthenticationHeader',
    verify: (r, key) => new sinch.ConversationCallbackWebhooks(key).validateAuthenticationHeader(r.headers, r.text, '/', 'POST'),
  },
  {
    ...common, sdk: 'box-node-sdk', provider: 'box', how: 'WebhooksManager.validateMessage', stale: 605,
    compact: true, // newer versions sign the text with everything beyond ASCII escaped
    verify: (r, key) => Box.validateMessage(r.text, r.headers, key),
  },
  {
    ...common, sdk: '@linear/sdk', provider: 'linear', how: 'LinearWebhookClient.verify', stale: 65, ahead: 65,
    verify: (r, key) => new LinearWebhookClient(key).verify(r.body, r.headers['linear-signature']),
  },
];
