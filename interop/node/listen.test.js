// A running listener answers what a library has signed as it answers the
// sender itself: 200, and 401 where it was changed on the way.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { post } from './consumer.js';
import { listen, removeHome } from './hooks.js';
import { sdks } from './sdks/index.js';

after(removeHome);

const body = Buffer.from('{"type":"invoice.paid","amount":2000}');

// What is signed by its URL is told apart from a changed body by agree.test.js.
const signers = sdks.filter((l) => l.sign && !l.body && !l.path);

describe('hooks listen', () => {
  test('there are signers', () => assert.ok(signers.length >= 9, `${signers.length}`));
  for (const l of signers) {
    test(`${l.sdk} / ${l.provider}`, async () => {
      const listener = await listen(l);
      try {
        const { headers } = await l.sign({ body, at: new Date(), key: l.secret, url: listener.url });
        assert.equal(await post(listener.url, headers, body), 200);
        assert.equal(await post(listener.url, headers, body.toString().replace('2000', '2001')), 401);
      } finally {
        await listener.close();
      }
    });
  }
});
