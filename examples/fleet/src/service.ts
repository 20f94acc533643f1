/**
 * One instance of the checkout service: steady load from many accounts, each call protected by the real SDK.
 * Runs as a process of its own; what it measures goes to the story over IPC.
 */
import { isCircuitOpen, Recloser } from '@recloser/sdk';
import { chargeAt, openLoop, Reporter, tell } from './load.js';
import type { ServiceOptions, ToService } from './messages.js';

const options = JSON.parse(process.argv[2] ?? '{}') as ServiceOptions;
const charge = chargeAt(options.dependencyPort);
const reporter = new Reporter();

const recloser = new Recloser({
  url: options.url,
  sdkKey: options.sdkKey,
  service: options.service,
  instanceId: options.instanceId,
  zone: options.zone,
});
const breaker = recloser.breaker(options.breaker, { timeoutMs: options.timeoutMs });

async function call(): Promise<void> {
  const account = Math.floor(Math.random() * options.accounts);
  const accountId = `account-${account}`;
  // In the same turn as `protect`, so that both see the same state.
  const decision = breaker.decide({ accountId });
  const start = Date.now();
  const made = { call: false };
  const pending = breaker.protect(
    (signal) => {
      made.call = true;
      return charge(accountId, signal);
    },
    { accountId },
  );
  if (decision.state !== 'probing') reporter.decision(decision.seq ?? 0, account, made.call);
  else if (made.call) reporter.probe();
  try {
    await pending;
    reporter.call(start, 'ok');
  } catch (error) {
    if (isCircuitOpen(error)) reporter.rejection();
    else reporter.call(start, Date.now() - start >= options.timeoutMs ? 'hang' : 'failed');
  }
}

async function stop(): Promise<void> {
  reporter.flush();
  await recloser.close();
  process.exit(0);
}

recloser.on('transition', (event) => {
  if (event.breaker !== options.breaker) return;
  const { to: state, admission } = event;
  tell({ type: 'applied', at: Date.now(), seq: breaker.decide().seq ?? 0, state, admission });
});
recloser.on('error', (error) => tell({ type: 'problem', message: error.message }));

process.on('message', (message: ToService) => {
  if (message.type === 'start') openLoop(options.callsPerSecond, () => void call());
  else void stop();
});
process.on('disconnect', () => process.exit(0));
// The terminal's Ctrl-C reaches the whole group; the story decides when this process ends.
process.on('SIGINT', () => undefined);

tell({ type: 'ready', connected: await recloser.ready({ timeoutMs: 120_000 }) });
