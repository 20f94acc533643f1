import { writeFile } from 'node:fs/promises';
import { measureRound, type Round, startBusyFleet, wordsOf } from './busy-fleet.js';
import { test } from './stack.js';

const SLOWDOWN = 4;
/** What else the machine does disturbs a round; what the page costs, it costs each time. */
const ROUNDS = 5;

// A trace takes a picture of the whole page at each step, which is not the page's own work.
test.use({ trace: 'off' });

const figuresOf = ({ interactions, slowestMs, longestTaskMs, changesPerSecond }: Round) => ({
  interactions: interactions.length,
  slowestInteractionMs: Math.round(slowestMs),
  longestTaskMs: Math.round(longestTaskMs),
  changesPerSecond: Math.round(changesPerSecond),
});

test('a thousand breakers, two hundred of which change each second, on a slow machine', async ({
  page,
  stack,
}) => {
  test.setTimeout(600_000);
  const { relay, stop } = await startBusyFleet(page, stack);
  const browser = await page.context().newCDPSession(page);
  await browser.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) {
    const round = await measureRound(page, relay);
    rounds.push(round);
    process.stderr.write(`    ${wordsOf(round)}\n`);
  }
  await stop();
  const file = process.env['RECLOSER_BENCH_FIGURES'];
  if (file !== undefined) await writeFile(file, JSON.stringify(rounds.map(figuresOf)));
});
