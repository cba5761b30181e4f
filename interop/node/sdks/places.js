// Senders whose signature lies in the body.
import adyen from '@adyen/api-library';
import braintree from 'braintree';
import dropbox from '@dropbox/sign';

const common = { secret: 'the secret of an account', foreign: 'the secret of another one' };
const hmac = new adyen.hmacValidator();
const item = (body) => JSON.parse(body).notificationItems[0].NotificationRequestItem;
const gateway = (privateKey) => new braintree.BraintreeGateway({
  environment: braintree.Environment.Sandbox, merchantId: 'none', publicKey: 'public-1', privateKey,
});

export default [
  {
    ...common, sdk: '@adyen/api-library', provider: 'adyen', how: 'hmacValidator.validateHMAC, calculateHmac',
    secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    foreign: '11782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    event: 'AUTHORISATION',
    body: JSON.stringify({
      live: 'false',
      notificationItems: [{
        NotificationRequestItem: {
          additionalData: {}, amount: { currency: 'EUR', value: 2000 }, eventCode: 'AUTHORISATION', eventDate: '2026-01-01T00:00:00+01:00',
          merchantAccountCode: 'Café', merchantReference: 'a:b\\c', pspReference: '7914073381342284', success: 'true',
        },
      }],
    }),
    verify: (r, key) => hmac.validateHMAC(item(r.text), key),
    sign: ({ body, key }) => {
      const signed = JSON.parse(body);
      signed.notificationItems[0].NotificationRequestItem.additionalData.hmacSignature = hmac.calculateHmac(item(body), key);
      return { headers: {}, body: JSON.stringify(signed) };
    },
  },
  {
    ...common, sdk: '@dropbox/sign', provider: 'dropbox-sign', how: 'EventCallbackHelper.isValid', event: 'signature_request_sent',
    body: '{"event":{"event_time":"1700002000","event_type":"signature_request_sent","event_metadata":{}}}',
    verify: (r, key) => dropbox.EventCallbackHelper.isValid(key, dropbox.EventCallbackRequest.init(JSON.parse(r.text))),
  },
  {
    ...common, sdk: 'braintree', provider: 'braintree', how: 'webhookNotification.parse, webhookTesting.sampleNotification',
    flags: ['--param', 'key_id=public-1'], contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({
      bt_payload: Buffer.from('<notification><kind>check</kind><subject><check>true</check></subject></notification>').toString('base64') + '\n',
    }).toString(),
    tampered: { body: (body) => body.replace('bt_payload=PG', 'bt_payload=PH') },
    verify: (r, key) => {
      const form = new URLSearchParams(r.text);
      return gateway(key).webhookNotification.parse(form.get('bt_signature'), form.get('bt_payload')).then(() => true);
    },
    sign: ({ key }) => ({
      headers: {}, body: new URLSearchParams(gateway(key).webhookTesting.sampleNotification('check', 'one')).toString(),
    }),
  },
];
