import { closeSync, mkdirSync, openSync, statSync, writeSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const KEPT_LINES = 60;
const SHOWN_LINES = 12;
const ROTATE_BYTES = 16 * 1024 * 1024;
const SHOWN_LEVELS: readonly unknown[] = ['warn', 'error', 'fatal'];

/** Where the lines of one child go: its log file, a short memory, and what a person should see. */
export class ChildOutput {
  private readonly last: string[] = [];
  /** How many lines the child has written. */
  lines = 0;
  private readonly file: number | undefined;

  constructor(
    private readonly name: string,
    logDir: string | undefined,
    private readonly show: (line: string) => void,
  ) {
    this.file = logDir === undefined ? undefined : openLog(logDir, name);
  }

  /** @param quiet keeps the plain lines of this stream to the log file. */
  read(stream: Readable, quiet: boolean): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.take(line, quiet);
    });
    stream.on('end', () => {
      if (rest !== '') this.take(rest, quiet);
    });
  }

  /** The last lines that the child wrote for people, or its last lines if there are none. */
  tail(): string {
    const lines = this.last.map(forPeople).filter((line) => line !== undefined);
    return (lines.length > 0 ? lines : this.last).slice(-SHOWN_LINES).join('\n');
  }

  /** Shows what a child has for a person's eyes alone, such as a password: no log and no memory keeps it. */
  notice(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('kind' in message)) return;
    if (message.kind !== 'notice' || !('text' in message)) return;
    for (const line of String(message.text).split('\n')) {
      if (line.trim() !== '') this.show(`${this.name.padEnd(8)} ${line}`);
    }
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
  }

  private take(line: string, quiet: boolean): void {
    this.lines += 1;
    this.last.push(line);
    if (this.last.length > KEPT_LINES) this.last.shift();
    if (this.file !== undefined) writeSync(this.file, `${line}\n`);
    const shown = quiet && !line.startsWith('{') ? undefined : forPeople(line);
    if (shown !== undefined) this.show(`${this.name.padEnd(8)} ${shown}`);
  }
}

/** Plain lines are meant for people; of the structured ones only warnings and worse. */
function forPeople(line: string): string | undefined {
  if (!line.startsWith('{')) return line.trim() === '' ? undefined : line;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('level' in entry)) return line;
    if (!SHOWN_LEVELS.includes(entry.level)) return undefined;
    const text = 'msg' in entry ? String(entry.msg) : line;
    const error = 'err' in entry ? messageOf(entry.err) : '';
    return `${String(entry.level)} ${text}${error}`;
  } catch {
    return line;
  }
}

function messageOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'message' in error;
  return known ? ` (${String(error.message)})` : '';
}

function openLog(directory: string, name: string): number {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${name}.log`);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
