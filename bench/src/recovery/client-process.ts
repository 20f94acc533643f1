/** One instance of the retrying fleet: steady load from many accounts, through the client of its arm. */
import {
  openLoop,
  Reporter,
  tell,
  type ServiceOptions,
  type ToService,
} from '@recloser/example-fleet';
import { clientOf } from './clients.js';
import { ARMS } from './messages.js';

const options = JSON.parse(process.argv[2] ?? '{}') as ServiceOptions;
// The arm stands where the service's name does.
const arm = ARMS.find((name) => name === options.service) ?? 'no breaker';
const client = clientOf(arm, options);
const reporter = new Reporter();

async function call(): Promise<void> {
  const start = Date.now();
  try {
    await client.charge(`account-${Math.floor(Math.random() * options.accounts)}`);
    reporter.call(start, 'ok');
  } catch (error) {
    if (client.isRejection(error)) reporter.rejection();
    else reporter.call(start, 'failed');
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
tell({ type: 'ready', connected: await client.ready() });
