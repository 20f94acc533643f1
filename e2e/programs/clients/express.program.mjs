// Express 5: the context of a request, 503 where nobody catches, and callers who hang up.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Recloser } from '@recloser/sdk';
import { recloserContext } from '@recloser/sdk/express';
import { TestControlPlane } from '@recloser/sdk/testing';
import express from 'express';
import { failureOf } from './dependency.mjs';

const plane = new TestControlPlane();
const recloser = plane.connect({ service: 'shop' });
assert.ok(recloser instanceof Recloser);
const stripe = recloser.breaker('stripe');
const app = express();
app.use(recloserContext(recloser, (request) => ({ accountId: request.get('x-account') })));
app.get('/charge', async (_request, response) => {
  response.send(await stripe.protect(() => 'charged'));
});
app.get('/slow', async (_request, response) => {
  const left = new AbortController();
  response.on('close', () => left.abort('the client hung up'));
  const hang = (signal) => wait(60_000, undefined, { signal, ref: false });
  await stripe.protect(hang, undefined, { signal: left.signal }).catch(() => undefined);
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
const charge = (account) => fetch(`${url}/charge`, { headers: { 'x-account': account } });

assert.equal(await (await charge('ada')).text(), 'charged');
plane.admit('stripe', 50);
for (const account of Array.from({ length: 30 }, (_, index) => `account-${index}`)) {
  const { status } = await charge(account);
  assert.equal(status === 200, stripe.allows({ accountId: account }), `${account}: ${status}`);
}
plane.open('stripe');
assert.equal((await charge('ada')).status, 503);
plane.close('stripe');
const before = stripe.stats();
for (let call = 0; call < 5; call += 1) {
  const caller = new AbortController();
  const slow = failureOf(fetch(`${url}/slow`, { signal: caller.signal }));
  while (stripe.stats().inFlight === 0) await wait(5);
  caller.abort();
  await slow;
  while (stripe.stats().inFlight > 0) await wait(5);
}
assert.equal(stripe.stats().cancelled - before.cancelled, 5);
assert.equal(stripe.stats().failures, before.failures);

server.closeAllConnections();
server.close();
await plane.end();
