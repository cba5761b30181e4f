// Every built-in event of a sender with a library is one that the library
// takes, and that it knows by the same name where it says one.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Paddle } from '@paddle/paddle-node-sdk';
import Stripe from 'stripe';
import { consume } from './consumer.js';
import { hooks, removeHome } from './hooks.js';
import { sdks } from './sdks/index.js';

after(removeHome);

// names are how the libraries that decode an event say its type.
const names = {
  stripe: (r, key) => new Stripe('sk_test_none').webhooks.constructEvent(r.body, r.headers['stripe-signature'], key).type,
  paddle: async (r, key) => (await new Paddle('none').webhooks.unmarshal(r.text, key, r.headers['paddle-signature'])).eventType,
};

const { stdout } = await hooks(['catalog', 'list', '--json']);
const events = stdout.trim().split('\n').map((line) => JSON.parse(line));

for (const provider of ['github', 'paddle', 'shopify', 'slack', 'standard', 'stripe']) {
  const l = sdks.find((row) => row.provider === provider);
  const known = events.filter((event) => event.provider === provider);
  describe(`${provider}, taken by ${l.sdk}`, { concurrency: true }, () => {
    test('there are events', () => assert.notEqual(known.length, 0));
    for (const { catalog, name } of known) test(`${catalog}:${name}`, () => taken(l, `${catalog}:${name}`, name));
  });
}

async function taken(l, event, name) {
  const consumer = await consume(l, l.secret);
  try {
    const { code, stderr } = await hooks(['trigger', event, '--to', consumer.url, '--secret', 'env:TEST_SECRET'], { TEST_SECRET: l.secret });
    assert.equal(code, 0, stderr);
    if (names[l.provider]) assert.equal(await names[l.provider](consumer.last(), l.secret), name);
  } finally {
    await consumer.close();
  }
}
