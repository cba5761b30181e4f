// Senders that sign the body and nothing else.
import adyen from '@adyen/api-library';
import coinbase from 'coinbase-commerce-node';
import EasyPost from '@easypost/api';
import * as gocardless from 'gocardless-nodejs/webhooks';
import { validateSignature as line } from '@line/bot-sdk';
import ModernTreasury from 'modern-treasury';
import { signWebhookPayload as notionSign, verifyWebhookSignature as notion } from '@notionhq/client';
import { sign as octokitSign, verify as octokit } from '@octokit/webhooks-methods';
import onfido from '@onfido/api';
import Pusher from 'pusher';
import Razorpay from 'razorpay';
import '@shopify/shopify-api/adapters/node';
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api';

const common = { secret: 'it is a Secret to Everybody', foreign: 'somebody else' };

const shopify = (apiSecretKey) => shopifyApi({
  apiKey: 'none', apiSecretKey, apiVersion: ApiVersion.January26, hostName: 'consumer.test', isEmbeddedApp: false,
  logger: { level: LogSeverity.Error },
});
const hmac = new adyen.hmacValidator();
const treasury = (webhookKey) => new ModernTreasury({ webhookKey, apiKey: 'none', organizationID: 'none' }).webhooks;
const pusher = (secret) => new Pusher({ appId: '1', key: '278d425bdf160c739803', secret });

export default [
  {
    ...common, sdk: '@octokit/webhooks-methods', provider: 'github', how: 'verify, sign',
    verify: (r, key) => octokit(key, r.text, r.headers['x-hub-signature-256']),
    sign: async ({ body, key }) => ({
      headers: { 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'one', 'X-Hub-Signature-256': await octokitSign(key, body.toString()) },
    }),
  },
  {
    ...common, sdk: '@notionhq/client', provider: 'notion', how: 'verifyWebhookSignature, signWebhookPayload',
    verify: (r, key) => notion({ body: r.text, signature: r.headers['x-notion-signature'], verificationToken: key }),
    sign: async ({ body, key }) => ({ headers: { 'X-Notion-Signature': await notionSign({ body: body.toString(), verificationToken: key }) } }),
  },
  {
    ...common, sdk: 'modern-treasury', provider: 'modern-treasury', how: 'webhooks.validateSignature, getSignature',
    verify: (r, key) => treasury(key).validateSignature(r.text, r.headers),
    sign: ({ body, key }) => ({ headers: { 'X-Topic': 'payment_order', 'X-Signature': treasury(key).getSignature(body.toString()) } }),
  },
  {
    ...common, sdk: 'coinbase-commerce-node', provider: 'coinbase-commerce', how: 'Webhook.verifySigHeader, computeSignature',
    verify: (r, key) => coinbase.Webhook.verifySigHeader(r.text, r.headers['x-cc-webhook-signature'], key),
    sign: ({ body, key }) => ({ headers: { 'X-CC-Webhook-Signature': coinbase.Webhook.computeSignature(body.toString(), key) } }),
  },
  {
    ...common, sdk: '@adyen/api-library', provider: 'adyen-banking', how: 'hmacValidator.validateHMACSignature, calculateHmac',
    secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    foreign: '11782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    verify: (r, key) => hmac.validateHMACSignature(key, r.headers.hmacsignature, r.text),
    sign: ({ body, key }) => ({ headers: { HmacSignature: hmac.calculateHmac(body.toString(), key) } }),
  },
  {
    ...common, sdk: '@line/bot-sdk', provider: 'line', how: 'validateSignature',
    verify: (r, key) => line(r.body, key, r.headers['x-line-signature']),
  },
  {
    ...common, sdk: 'razorpay', provider: 'razorpay', how: 'validateWebhookSignature',
    verify: (r, key) => Razorpay.validateWebhookSignature(r.text, r.headers['x-razorpay-signature'], key),
  },
  {
    ...common, sdk: 'gocardless-nodejs', provider: 'gocardless', how: 'webhooks.parse',
    verify: (r, key) => { gocardless.parse(r.body, key, r.headers['webhook-signature']); },
  },
  {
    ...common, sdk: '@onfido/api', provider: 'onfido', how: 'WebhookEventVerifier.readPayload',
    verify: (r, key) => { new onfido.WebhookEventVerifier(key).readPayload(r.body, r.headers['x-sha2-signature']); },
  },
  {
    ...common, sdk: '@easypost/api', provider: 'easypost', how: 'Utils.validateWebhook', secret: 'sécret',
    verify: (r, key) => { new EasyPost('none').Utils.validateWebhook(r.body, r.headers, key); },
  },
  {
    ...common, sdk: 'pusher', provider: 'pusher', how: 'webhook().isValid',
    flags: ['--param', 'key_id=278d425bdf160c739803'],
    verify: (r, key) => pusher(key).webhook({ headers: r.headers, rawBody: r.text }).isValid(),
  },
  {
    ...common, sdk: '@shopify/shopify-api', provider: 'shopify', how: 'webhooks.validate', event: 'orders/create',
    verify: async (r, key) => (await shopify(key).webhooks.validate({ rawBody: r.text, rawRequest: r, rawResponse: {} })).valid,
  },
];
