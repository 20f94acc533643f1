// A route handler of Next.js, bundled by the other bundler of this version.
import { runNext } from './run-next.mjs';

await runNext({ bundler: 'other' });
