/** Many real SDKs, and as many plain sockets, in one process. Tells when all of them have had a message. */
import { Recloser } from '@recloser/sdk';
import { WebSocket } from 'ws';
import { preciseNow, type CrowdOptions, type FromCrowd } from './messages.js';

const options = JSON.parse(process.argv[2] ?? '{}') as CrowdOptions;
const CONNECTING_AT_ONCE = 25;

function tell(message: FromCrowd): void {
  process.send?.(message);
}

/** Collects one time per client, and reports the round when the last one is there. */
class Round {
  #times: number[] = [];

  constructor(private readonly arm: 'recloser' | 'bare') {}

  add(): void {
    this.#times.push(preciseNow());
    if (this.#times.length < options.count) return;
    tell({ type: 'round', arm: this.arm, times: this.#times });
    this.#times = [];
  }
}

const recloserRound = new Round('recloser');
const bareRound = new Round('bare');

async function connectSdk(index: number): Promise<boolean> {
  const recloser = new Recloser({
    url: options.url,
    sdkKey: options.sdkKey,
    service: 'crowd',
    instanceId: `crowd-${options.firstId + index}`,
  });
  const breaker = recloser.breaker(options.breaker);
  recloser.on('applied', () => {
    // The whole way: the SDK's own cache must answer from the new state.
    if (breaker.allows({ accountId: 'anyone' })) return;
    recloserRound.add();
  });
  return recloser.ready({ timeoutMs: 30_000 });
}

function connectBare(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('open', () => resolve());
    socket.once('error', reject);
    socket.on('message', () => bareRound.add());
  });
}

let connected = 0;
for (let start = 0; start < options.count; start += CONNECTING_AT_ONCE) {
  const size = Math.min(CONNECTING_AT_ONCE, options.count - start);
  const ready = await Promise.all(
    Array.from({ length: size }, (_, index) => connectSdk(start + index)),
  );
  connected += ready.filter(Boolean).length;
  const { bareUrl } = options;
  if (bareUrl !== null) await Promise.all(Array.from({ length: size }, () => connectBare(bareUrl)));
}
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
tell({ type: 'ready', connected });
