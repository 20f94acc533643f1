/**
 * Loaded into a process of the control plane with `--import`. It measures how long its event loop is held and writes a line
 * every 200 ms. With BIGFLEET_STACKS=1 it also writes where the loop was when it was held.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { isMainThread, Worker } from 'node:worker_threads';
import type { LoopLine } from './loop-lines.js';

const STEP_MS = 5;
const LINE_MS = 200;
const BEAT_MS = 20;

const [, script = ''] = process.argv;
const directory = process.env['BIGFLEET_PROBE'];
const isMeasured = /apps\/(api|worker)\/dist\/main\.js$/.test(script);
if (isMainThread && isMeasured && directory !== undefined) measure(directory);

/** Processor time of the main thread so far, in ms. Unlike the wall clock it does not count what others take away. */
function ownCpuMs(): number {
  return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ', 1)[0]) / 1e6;
}

function measure(into: string): void {
  const name = basename(dirname(dirname(script)));
  const file = join(into, `${name}-${process.pid}.jsonl`);
  const beat = new Int32Array(new SharedArrayBuffer(4));
  let at = performance.now();
  let cpu = ownCpuMs();
  let wall: number[] = [];
  let heldMs = 0;
  let gcMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMs = Math.max(gcMs, duration);
  }).observe({ entryTypes: ['gc'] });
  setInterval(() => {
    Atomics.add(beat, 0, 1);
    const now = performance.now();
    const cpuNow = ownCpuMs();
    const lateMs = Math.max(0, now - at - STEP_MS);
    wall.push(lateMs);
    // What a gap has cost of processor time is the work in it, without what the machine gave to others.
    heldMs = Math.max(heldMs, Math.min(lateMs, cpuNow - cpu));
    at = now;
    cpu = cpuNow;
  }, STEP_MS).unref();
  setInterval(() => {
    const line: LoopLine = { at: Date.now(), wall: wall.map(Math.round), heldMs, gcMs };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    wall = [];
    heldMs = 0;
    gcMs = 0;
  }, LINE_MS).unref();
  if (process.env['BIGFLEET_STACKS'] === '1') {
    const watcher = new Worker(new URL('./stack-thread.js', import.meta.url), {
      workerData: { beat, beatMs: BEAT_MS, file: file.replace('.jsonl', '.stacks') },
      execArgv: [],
    });
    watcher.unref();
  }
}
