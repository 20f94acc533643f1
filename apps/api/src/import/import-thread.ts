import { LIMITS, RecloserError } from '@recloser/protocol';
import { Worker } from 'node:worker_threads';
import type { DescribedPlan, PlanOptions } from './import-plan.js';
import type { ImportAnswer, ImportStep, PlannedFrom } from './import-steps.js';
import type { DocumentProblem } from './yaml-text.js';

// Relative to this package, so that it is found from its sources and from its build.
const ENTRY = new URL('../../dist/import/import-worker.js', import.meta.url);
const PROBLEMS_MAX = 50;
/** Far above what the longest file takes on a slow machine. */
const STEP_MS = 60_000;
const resourceLimits = {
  maxOldGenerationSizeMb: 1_024,
  maxYoungGenerationSizeMb: 64,
  stackSizeMb: 4,
};

/** Reads one file in a thread of its own, so that no file can hold up or end the process. */
export class ImportThread {
  readonly #stepMs: number;
  // Flags of this process, such as import conditions, are not for the build.
  readonly #worker = new Worker(ENTRY, { resourceLimits, execArgv: [] });

  constructor(stepMs = STEP_MS) {
    this.#stepMs = stepMs;
    // An error outside a step ends the thread; the next step says so.
    this.#worker.on('error', () => undefined);
  }

  /** Reads the text; returns the breakers that it names. @throws RecloserError invalid_document */
  async read(text: string): Promise<readonly string[]> {
    const bytes = Buffer.byteLength(text);
    if (bytes > LIMITS.documentBytes) throw tooLong(bytes);
    const answer = await this.#step({ kind: 'read', text });
    if (answer.kind === 'read') return answer.breakers;
    throw refusalOf(answer);
  }

  /** What the text changes in these settings. @throws RecloserError invalid_document */
  async plan(settings: PlannedFrom, how: PlanOptions): Promise<DescribedPlan> {
    const answer = await this.#step({ kind: 'plan', settings, ...how });
    if (answer.kind === 'planned') return answer.plan;
    throw refusalOf(answer);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #step(step: ImportStep): Promise<ImportAnswer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(tooMuch('time'))), this.#stepMs);
      const answered = (answer: ImportAnswer) => settle(() => resolve(answer));
      const failed = (error: unknown) =>
        settle(() => reject(isOutOfMemory(error) ? tooMuch('memory') : asError(error)));
      const ended = () => failed(new Error('the thread that reads a file has ended'));
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        this.#worker.off('message', answered).off('error', failed).off('exit', ended);
        done();
      };
      this.#worker.on('message', answered).on('error', failed).on('exit', ended);
      this.#worker.postMessage(step);
    });
  }
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

const tooMuch = (what: string): RecloserError =>
  documentError([
    { line: null, path: '', message: `Reading it takes too much ${what}. Split the file.` },
  ]);

const inMegabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

function tooLong(bytes: number): RecloserError {
  const most = inMegabytes(LIMITS.documentBytes);
  const message = `The file has ${inMegabytes(bytes)} MB; at most ${most} MB can be imported. Split it.`;
  return documentError([{ line: null, path: '', message }]);
}

function refusalOf(answer: ImportAnswer): Error {
  return answer.kind === 'problems'
    ? documentError(answer.problems)
    : new Error(`the thread that reads a file answered "${answer.kind}"`);
}

function documentError(problems: readonly DocumentProblem[]): RecloserError {
  const [first] = problems;
  const where = [typeof first?.line === 'number' ? `line ${first.line}` : '', first?.path ?? '']
    .filter((part) => part !== '')
    .join(', ');
  const message = `${where === '' ? '' : `${where}: `}${first?.message ?? 'not valid'}`;
  return new RecloserError('invalid_document', message, {
    problems: problems.slice(0, PROBLEMS_MAX),
    count: problems.length,
  });
}
