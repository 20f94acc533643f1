// Jest with jsdom, where timers are numbers, packages have browser conditions, and there is no fetch.
import { runJest } from './run-jest.mjs';

await runJest('jsdom');
