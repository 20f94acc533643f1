// A route handler of Next.js with default settings: bundled by Turbopack since version 16, by webpack before.
import { runNext } from './run-next.mjs';

await runNext({ bundler: 'default' });
