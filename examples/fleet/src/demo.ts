import { explain, isUsageError, readOptions, UsageError } from '@recloser/platform';
import { parseArgs } from 'node:util';
import type { DependencyMode } from './messages.js';
import type { Figures } from './figures.js';
import { Story, type StoryOptions } from './story.js';
import { show } from './view.js';

const HELP = `npm run demo -- [options]

A fleet of real processes calls a dependency that dies. Recloser opens the breaker on every
instance at once, probes with a few calls, and brings the same accounts back in steps.

  --mode errors|hang    how the dependency dies (errors)
  --instances N         service processes, 1 to 100 (20)
  --rate N              calls per second over the whole fleet, 20 to 2000 (400)
  --redis               queues, bus and signals on a Redis of its own instead of Postgres
  --fast                shorter cool-down and dwell: about a minute in all
  --headless            no console and no drawing; ends when the story does
  --json                print the figures as one JSON object
  --help                this text

Started as root, it runs PostgreSQL as the system user "postgres", and creates that user when
there is none. Without --headless it stays up for you to play with: sign in to the console, and press a key
to break or mend the dependency. Ctrl-C stops everything.
`;

interface DemoOptions extends StoryOptions {
  readonly headless: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  mode: { type: 'string', default: 'errors' },
  instances: { type: 'string', default: '20' },
  rate: { type: 'string', default: '400' },
  redis: { type: 'boolean', default: false },
  fast: { type: 'boolean', default: false },
  headless: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function readArguments(args: readonly string[]): DemoOptions | 'help' {
  const { values } = readOptions(Object.keys(OPTIONS), () =>
    parseArgs({ args: [...args], options: OPTIONS }),
  );
  if (values.help) return 'help';
  const { mode, headless, redis, fast, json } = values;
  if (mode !== 'errors' && mode !== 'hang') throw new UsageError('--mode takes errors or hang.');
  return {
    mode,
    instances: integer('--instances', values.instances, 1, 100),
    callsPerSecond: integer('--rate', values.rate, 20, 2_000),
    fast,
    redis,
    headless,
    json,
    web: !headless,
  };
}

function integer(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new UsageError(`${name} takes a whole number from ${min} to ${max}.`);
  }
  return value;
}

const STEPS = [6.25, 12.5, 25, 50, 100];

/** What is wrong with a story's figures; empty when it went as it should. */
export function faultsOf(figures: Figures): string[] {
  const faults = [...figures.errors];
  if (figures.steps.join() !== STEPS.join())
    faults.push(`steps were ${figures.steps.join(', ')} instead of ${STEPS.join(', ')}`);
  if (!figures.sameCohort)
    faults.push('an account was admitted on one instance and rejected on another');
  if (figures.relapses > 0) faults.push(`the ramp went back ${figures.relapses} times`);
  return faults;
}

function reportOf(figures: Figures): string {
  const seconds = (ms: number | null): string =>
    ms === null ? 'never' : `${(ms / 1000).toFixed(2)} s`;
  return [
    '',
    `  ${figures.instances} instances blocked ${seconds(figures.detectMs)} after the dependency died,`,
    `  ${figures.reactMs ?? '?'} ms after what the fleet saw was enough to decide.`,
    `  ${figures.wastedCalls} calls reached it while it was dead; ${figures.probes} probes tested it.`,
    `  Traffic came back in steps: ${figures.steps.map((step) => `${step}%`).join(' → ')},`,
    `  all of it ${seconds(figures.recoveredMs)} after the dependency returned, with ${figures.relapses} relapses.`,
    `  ${figures.sameCohort ? 'The same accounts were let in on every instance.' : 'The instances did not agree on the accounts.'}`,
    `  ${figures.auditEvents} audit events tell the story.`,
    '',
  ].join('\n');
}

const RUNNING = '  Ctrl-C stops everything.\n';
const PLAYING = '\n  e errors   h hang   s slow   r bring it back   q quit\n';

const KEYS: Readonly<Record<string, DependencyMode>> = {
  e: 'errors',
  h: 'hang',
  s: 'slow',
  r: 'cold',
};

/** Lets a person break and mend the dependency; resolves when they quit. */
function untilQuit(story: Story): Promise<void> {
  return new Promise((resolve) => {
    if (!process.stdin.isTTY) return;
    process.stdin
      .setRawMode(true)
      .resume()
      .on('data', (data) => {
        const key = data.toString();
        if (key === 'q' || key === '\u0003') resolve();
        const mode = KEYS[key];
        if (mode) story.dependency.set(mode);
      });
  });
}

/** The command `npm run demo`. Returns the exit code: 0 when the story went as it should. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await play(args);
  } catch (error) {
    const usage = isUsageError(error);
    process.stderr.write(`${explain(error)}\n${usage ? 'See npm run demo -- --help.\n' : ''}`);
    return usage ? 2 : 1;
  }
}

async function play(args: readonly string[]): Promise<number> {
  const options = readArguments(args);
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const interactive = !options.headless && process.stdout.isTTY;
  let footer = RUNNING;
  const story = new Story(options, (chapter) => {
    if (!interactive) process.stderr.write(`${chapter}\n`);
  });
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => resolve('stopped'));
    }
  });
  const hide = interactive
    ? show(
        () => story.scene,
        () => footer,
      )
    : () => undefined;
  try {
    const figures = await Promise.race([story.setUp().then((plane) => story.run(plane)), stopped]);
    if (figures === 'stopped') return 130;
    const faults = faultsOf(figures).map((fault) => `The story failed: ${fault}.\n`);
    footer = reportOf(figures) + faults.join('') + PLAYING;
    if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    else if (!interactive) process.stdout.write(reportOf(figures));
    if (!interactive) process.stderr.write(faults.join(''));
    if (!options.headless) await stay(story, stopped, interactive);
    return faults.length === 0 ? 0 : 1;
  } finally {
    hide();
    await story.stop();
  }
}

/** Keeps everything up until a person has had enough. */
async function stay(story: Story, stopped: Promise<unknown>, interactive: boolean): Promise<void> {
  story.ledger.settle();
  const { url, admin } = story.scene;
  if (!interactive) {
    const account = `${admin.email} / ${admin.password}`;
    process.stderr.write(`Still running: ${url}  (${account}). Ctrl-C stops everything.\n`);
  }
  await Promise.race([untilQuit(story), stopped]);
}
