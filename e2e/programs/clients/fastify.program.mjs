// Fastify 5: the context of a request, and 503 where nobody catches.
import assert from 'node:assert/strict';
import { recloserFastify } from '@recloser/sdk/fastify';
import { TestControlPlane } from '@recloser/sdk/testing';
import fastify from 'fastify';

const plane = new TestControlPlane();
const recloser = plane.connect({ service: 'shop' });
const stripe = recloser.breaker('stripe');
const app = fastify();
await app.register(recloserFastify, {
  recloser,
  context: (request) => ({ accountId: request.headers['x-account'] }),
});
app.get('/charge', () => stripe.protect(() => 'charged'));
const url = await app.listen({ port: 0, host: '127.0.0.1' });
const charge = (account) => fetch(`${url}/charge`, { headers: { 'x-account': account } });

assert.equal(await (await charge('ada')).text(), 'charged');
plane.admit('stripe', 50);
for (const account of Array.from({ length: 30 }, (_, index) => `account-${index}`)) {
  const { status } = await charge(account);
  assert.equal(status === 200, stripe.allows({ accountId: account }), `${account}: ${status}`);
}
plane.open('stripe');
const refused = await charge('ada');
assert.equal(refused.status, 503);
assert.equal((await refused.json()).code, 'RECLOSER_OPEN');

await app.close();
await plane.end();
