// A route handler of Next.js with default settings, which bundles with Turbopack.
import { runNext } from './run-next.mjs';

await runNext('--turbopack');
