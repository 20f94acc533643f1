import {
  chargeAt,
  openLoop,
  Reporter,
  tell,
  type ServiceOptions,
  type ToService,
} from '@recloser/example-fleet';
import { ARMS, clientOf, type Attempts } from './clients.js';

const FIRST_CALLS = 30;

/** A fresh process is slow at first. That is no outage, so that these calls go past all breakers. */
async function warmUp({ dependencyPort }: ServiceOptions): Promise<void> {
  const charge = chargeAt(dependencyPort);
  for (let made = 0; made < FIRST_CALLS; made += 1) await charge('account-0');
}

/** What a process of a fleet does: steady load from many accounts, through the client of its arm. */
export async function runClient(attempts: Attempts): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as ServiceOptions;
  // The arm stands where the service's name does.
  const arm = ARMS.find((name) => name === options.service) ?? 'no breaker';
  const client = clientOf(arm, options, attempts);
  const reporter = new Reporter();

  async function call(): Promise<void> {
    const start = Date.now();
    const account = Math.floor(Math.random() * options.accounts);
    try {
      await client.charge(`account-${account}`);
      reporter.call(start, 'ok', account);
    } catch (error) {
      if (client.isRejection(error)) reporter.rejection(account);
      else reporter.call(start, 'failed', account);
    }
  }

  async function stop(): Promise<void> {
    reporter.flush();
    await client.close();
    process.exit(0);
  }

  process.on('message', (message: ToService) => {
    if (message.type === 'start') openLoop(options.callsPerSecond, () => void call());
    else void stop();
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  await warmUp(options);
  tell({ type: 'ready', connected: await client.ready() });
}
