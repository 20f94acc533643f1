/** The same load as the demo's service, guarded by an opossum breaker that knows nothing of the other instances. */
import CircuitBreaker from 'opossum';
import {
  chargeAt,
  openLoop,
  Reporter,
  tell,
  type ServiceOptions,
  type ToService,
} from '@recloser/example-fleet';

const options = JSON.parse(process.argv[2] ?? '{}') as ServiceOptions;
const charge = chargeAt(options.dependencyPort);
const reporter = new Reporter();

// Its defaults, but for the time-out, the cool-down and the minimum of calls: those are the ones that Recloser has here.
const breaker = new CircuitBreaker((account: string) => charge(account), {
  timeout: options.timeoutMs,
  resetTimeout: 3_000,
  errorThresholdPercentage: 50,
  volumeThreshold: 20,
});

const FULL = 2 ** 32;
let changes = 0;
function applied(state: string, admission: number): void {
  changes += 1;
  tell({ type: 'applied', at: Date.now(), seq: changes, state, admission });
}
breaker.on('open', () => applied('open', 0));
breaker.on('close', () => applied('closed', FULL));

async function call(): Promise<void> {
  const start = Date.now();
  try {
    await breaker.fire(`account-${Math.floor(Math.random() * options.accounts)}`);
    reporter.call(start, 'ok');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EOPENBREAKER') reporter.rejection();
    else reporter.call(start, code === 'ETIMEDOUT' ? 'hang' : 'failed');
  }
}

process.on('message', (message: ToService) => {
  if (message.type === 'start') openLoop(options.callsPerSecond, () => void call());
  else process.exit(0);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
tell({ type: 'ready', connected: true });
