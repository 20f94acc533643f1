import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;
const PARENT = 1;
const USER = 11;
const SYSTEM = 12;

/** What a process and its children have used of a core so far, in ms; null where the system does not tell. */
export function cpuOf(pid: number): number | null {
  try {
    let ticks = 0;
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const fields = fieldsOf(name);
      if (fields === null || (Number(name) !== pid && Number(fields[PARENT]) !== pid)) continue;
      ticks += Number(fields[USER]) + Number(fields[SYSTEM]);
    }
    return ticks * TICK_MS;
  } catch {
    return null;
  }
}

/** From the state on: a command's name may hold anything. Null for a process that has ended. */
function fieldsOf(pid: string): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** What this process has used of a core so far, in ms. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
