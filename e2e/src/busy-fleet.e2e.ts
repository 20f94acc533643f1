import { playRound, startBusyFleet } from './busy-fleet.js';
import { test } from './stack.js';

// How fast it is depends on the machine: `npm run bench -- console` measures that.
test('a thousand breakers, two hundred of which change each second, can be filtered, searched and walked', async ({
  page,
  stack,
}) => {
  test.slow();
  const { relay, stop } = await startBusyFleet(page, stack);
  await playRound(page, relay);
  await stop();
});
