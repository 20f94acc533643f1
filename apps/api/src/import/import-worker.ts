import { parentPort } from 'node:worker_threads';
import { checkDocument, readDocument, type ReadDocument } from './document.js';
import type { ImportAnswer, ImportStep } from './import-steps.js';
import { planImport } from './import-plan.js';
import { YamlProblems } from './yaml-text.js';

// The thread that reads one file: first its text, then what it changes in what there is.
let read: ReadDocument | null = null;

parentPort?.on('message', (step: ImportStep) => parentPort?.postMessage(answerTo(step)));

function answerTo(step: ImportStep): ImportAnswer {
  try {
    return carryOut(step);
  } catch (error) {
    if (!(error instanceof YamlProblems)) throw error;
    return { kind: 'problems', problems: error.problems };
  }
}

function carryOut(step: ImportStep): ImportAnswer {
  if (step.kind === 'read') {
    read = readDocument(step.text);
    return { kind: 'read', breakers: [...read.document.breakers.keys()] };
  }
  if (read === null) throw new Error('the file has not been read yet');
  const document = checkDocument(read, step.settings.segments);
  return {
    kind: 'planned',
    plan: planImport({ document, sections: read.sections }, step.settings, step),
  };
}
