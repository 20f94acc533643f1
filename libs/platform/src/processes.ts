import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './errors.js';

/** True while a process with this id exists (a zombie counts as gone where that can be seen). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
  return statOf(pid)?.state !== 'Z';
}

/** A string that differs between two processes that had the same id at different times. */
export function startMark(pid: number): string | undefined {
  if (process.platform === 'linux') return statOf(pid)?.startTime;
  return ps(pid, 'lstart');
}

/** The command line of a process, or an empty string when it cannot be read. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'command') ?? '';
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
      .replaceAll('\0', ' ')
      .trim();
  } catch {
    return '';
  }
}

/** Waits until the process is gone. Returns false when it is still there after `timeoutMs`. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Sends a signal. Returns false when there is no such process any more. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Processor time that a process has used, in ms; undefined where that cannot be seen. */
export function cpuMs(pid: number): number | undefined {
  if (process.platform === 'linux') return statOf(pid)?.cpuMs;
  const [seconds = 0, minutes = 0, hours = 0] = (ps(pid, 'time') ?? '')
    .split(':')
    .map(Number)
    .reverse();
  const spent = (hours * 3_600 + minutes * 60 + seconds) * 1_000;
  return Number.isNaN(spent) ? undefined : spent;
}

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const TICK_MS = 10;

interface ProcessStat {
  readonly state: string;
  readonly startTime: string;
  readonly cpuMs: number;
}

function statOf(pid: number): ProcessStat | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name in parentheses may hold anything; the fields after it are plain.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    return { state: fields[0] ?? '', startTime: fields[19] ?? '', cpuMs: ticks * TICK_MS };
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: 'lstart' | 'command' | 'time'): string | undefined {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
