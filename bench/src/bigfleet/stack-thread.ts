/** Pauses the main thread through the inspector when it has not moved for a while, and writes where it is. */
import { appendFileSync } from 'node:fs';
import { Session, type Debugger } from 'node:inspector';
import { workerData } from 'node:worker_threads';

interface Watched {
  readonly beat: Int32Array;
  readonly beatMs: number;
  readonly file: string;
}

const FRAMES = 14;

const { beat, beatMs, file } = workerData as Watched;
const session = new Session();
session.connectToMainThread();
session.post('Debugger.enable');
let before = -1;
let still = 0;
let told = false;

session.on('Debugger.paused', ({ params }) => {
  const frames = params.callFrames.slice(0, FRAMES).map(nameOf);
  appendFileSync(file, `${Date.now()} ${frames.join(' < ')}\n`);
  session.post('Debugger.resume');
});

setInterval(() => {
  const now = Atomics.load(beat, 0);
  still = now === before ? still + 1 : 0;
  if (still === 0) told = false;
  before = now;
  // Twice still: the loop has been held for more than 20 ms.
  if (still < 2 || told) return;
  told = true;
  session.post('Debugger.pause');
}, beatMs);

function nameOf({ functionName, url, location }: Debugger.CallFrame): string {
  const short = url.split('/').slice(-3).join('/');
  return `${functionName || '(anonymous)'} ${short}:${location.lineNumber + 1}`;
}
