// A control plane of a few lines for programs that connect: `await import(process.env.PLANE_MODULE)`. It takes SDKs over a
// socket alone, knows every breaker that they name, and adds up what they count.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

const TUNING = { flushMs: 1_000, urgentFlushMs: 50, leaseMs: 10_000, pingMs: 2_000 };
const CALL = { timeoutMs: null, stallMs: null, slowMs: null };

/** @returns a control plane: its `url`, the `hellos` of its SDKs, and the `calls` that it was told of */
export async function startPlane() {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server });
  const views = new Map();
  const plane = { url: '', hellos: [], calls: 0, ended: 0, close };
  let seq = 1;

  const full = () => {
    const environment = { key: 'programs', kind: 'development' };
    const breakers = [...views.values()];
    return { t: 'full', epoch: 'e', seq, environment, tuning: TUNING, breakers };
  };
  const add = (keys) => {
    const fresh = keys.filter((key) => !views.has(key)).map(viewOf);
    for (const view of fresh) views.set(view.key, view);
    const from = seq;
    seq += 1;
    const delta = { t: 'delta', epoch: 'e', from, seq, breakers: fresh, removed: [] };
    for (const socket of sockets.clients) socket.send(JSON.stringify(delta));
  };
  const take = (socket, frame) => {
    if (frame.t === 'hello') {
      plane.hellos.push(frame.instance);
      socket.send(JSON.stringify(full()));
    }
    if (frame.t === 'discover') add(frame.keys);
    if (frame.t !== 'signal') return;
    for (const { c } of frame.items)
      for (const [, ok, failures = 0] of c) plane.calls += ok + failures;
    socket.send(JSON.stringify({ t: 'got', n: frame.n }));
  };
  sockets.on('connection', (socket) => {
    socket.on('message', (text) => take(socket, JSON.parse(text)));
    socket.on('error', () => undefined);
    socket.on('close', () => (plane.ended += 1));
  });
  const ping = setInterval(() => {
    for (const socket of sockets.clients) socket.send('{"t":"ping","id":1,"lease":true}');
  }, TUNING.pingMs);

  async function close() {
    clearInterval(ping);
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  plane.url = `ws://127.0.0.1:${server.address().port}`;
  return plane;
}

/** Waits until something is so, for 20 s at most. */
export async function until(what, isSo) {
  for (let left = 20_000; !(await isSo()); left -= 25) {
    assert.ok(left > 0, `Not within 20 s: ${what}`);
    await pause(25);
  }
}

function viewOf(key) {
  const cohort = { salt: key, cohortKey: 'accountId', rules: [] };
  const state = { state: 'closed', mode: 'auto', admission: 2 ** 32, retryAfterMs: null };
  return { key, version: 1, ...state, ...cohort, call: CALL };
}
