import {
  chargeAt,
  openLoop,
  Reporter,
  tell,
  type ServiceOptions,
  type ToService,
} from '@recloser/example-fleet';
import { ARMS, clientOf, type Attempts, type Client } from './clients.js';

const FIRST_CALLS = 30;

/** A fresh process is slow at first. That is no outage, so that these calls go past all breakers. */
async function warmUp({ dependencyPort }: ServiceOptions): Promise<void> {
  const charge = chargeAt(dependencyPort);
  for (let made = 0; made < FIRST_CALLS; made += 1) await charge('account-0');
}

/** One for each instance in this process. */
function clientsOf(options: ServiceOptions, attempts: Attempts): Client[] {
  // The arm stands where the service's name does.
  const arm = ARMS.find((name) => name === options.service) ?? 'no breaker';
  const { instances = 1, instanceId } = options;
  if (instances === 1) return [clientOf(arm, options, attempts)];
  return Array.from({ length: instances }, (_, index) =>
    clientOf(arm, { ...options, instanceId: `${instanceId}-${index + 1}` }, attempts),
  );
}

/** What a process of a fleet does: steady load from many accounts, through the clients of its arm. */
export async function runClient(attempts: Attempts): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as ServiceOptions;
  const clients = clientsOf(options, attempts);
  const reporter = new Reporter();

  async function call(client: Client): Promise<void> {
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
    await Promise.all(clients.map((client) => client.close()));
    process.exit(0);
  }

  process.on('message', (message: ToService) => {
    if (message.type === 'stop') {
      void stop();
      return;
    }
    for (const client of clients) {
      openLoop(options.callsPerSecond / clients.length, () => void call(client));
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  await warmUp(options);
  const connected = await Promise.all(clients.map((client) => client.ready()));
  tell({ type: 'ready', connected: connected.every(Boolean) });
}
