import { setTimeout as pause } from 'node:timers/promises';

const SPIN_MS = 25;

/** Wall time over processor time of one spin: 1 on a machine with a core to spare. */
function spin(): number {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const used = (): number => {
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1_000;
  };
  while (used() < SPIN_MS);
  return Math.max(1, (performance.now() - began) / used());
}

/** Until stopped: how many times longer than its own time something takes because others use the machine, 1 when nobody does. */
export function watchContention(): { readonly stop: () => Promise<number> } {
  const spins: number[] = [];
  const stopped = new AbortController();
  const done = (async () => {
    while (!stopped.signal.aborted) {
      spins.push(spin());
      await pause(500);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await done;
      return spins.reduce((sum, one) => sum + one, 0) / spins.length;
    },
  };
}
