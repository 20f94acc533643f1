// Jest in its Node environment, with fake timers.
import { runJest } from './run-jest.mjs';

await runJest('node');
