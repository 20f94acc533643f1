/**
 * The unreliable dependency: an HTTP server that can be told to die, hang, crawl or come back cold.
 * Runs as a process of its own, started by the story.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DependencyMode, FromDependency, ToDependency } from './messages.js';

/** A cold cache serves this many calls a second at first … */
const COLD_START_RATE = 60;
/** … and gains this share of it with each second that it is left in peace. */
const WARM_UP_PER_SECOND = 0.5;
const WARM_AT_RATE = 1_000;

let mode: DependencyMode = 'healthy';
let arrived = 0;
let wasted = 0;
let inFlight = 0;
let capacity = COLD_START_RATE;
let tokens = COLD_START_RATE;

function tell(message: FromDependency): void {
  process.send?.(message);
}

function answer(response: ServerResponse, status: number, afterMs: number): void {
  setTimeout(() => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 200 ? '{"charged":true}' : '{"error":"unavailable"}');
  }, afterMs);
}

function healthyLatency(): number {
  return 20 + Math.random() * 60;
}

/** Past its capacity a cold dependency fails, and failing costs it warmth: that is what makes a thundering herd collapse it again. */
function answerCold(response: ServerResponse): void {
  if (tokens >= 1) {
    tokens -= 1;
    answer(response, 200, healthyLatency() + (60 * COLD_START_RATE) / capacity);
    return;
  }
  capacity = Math.max(COLD_START_RATE, capacity * 0.98);
  answer(response, 503, 50);
}

const handlers: Record<DependencyMode, (response: ServerResponse) => void> = {
  healthy: (response) => answer(response, 200, healthyLatency()),
  errors: (response) => answer(response, 500, 2 + Math.random() * 5),
  hang: () => undefined,
  slow: (response) => answer(response, 200, 2_000 + Math.random() * 2_000),
  cold: answerCold,
};

const server = createServer((request, response) => {
  arrived += 1;
  inFlight += 1;
  if (mode === 'errors' || mode === 'hang' || mode === 'slow') wasted += 1;
  response.once('close', () => {
    inFlight -= 1;
  });
  request.resume();
  handlers[mode](response);
});
server.keepAliveTimeout = 30_000;

function warmUp(): void {
  if (mode !== 'cold') return;
  const tick = 0.1;
  tokens = Math.min(capacity * 0.2, tokens + capacity * tick);
  capacity *= 1 + WARM_UP_PER_SECOND * tick;
  if (capacity >= WARM_AT_RATE) setMode('healthy');
}

function setMode(next: DependencyMode): void {
  mode = next;
  if (next === 'cold') {
    capacity = COLD_START_RATE;
    tokens = COLD_START_RATE * 0.2;
  }
  tell({ type: 'mode', mode, at: Date.now() });
}

setInterval(warmUp, 100);
setInterval(() => tell({ type: 'totals', at: Date.now(), mode, arrived, wasted, inFlight }), 200);
process.on('message', (message: ToDependency) => setMode(message.mode));
process.on('disconnect', () => process.exit(0));
// The terminal's Ctrl-C reaches the whole group; the story decides when this process ends.
process.on('SIGINT', () => undefined);

server.listen(0, '127.0.0.1', () => {
  tell({ type: 'listening', port: (server.address() as AddressInfo).port });
});
