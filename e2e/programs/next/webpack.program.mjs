// A route handler of Next.js, bundled with webpack.
import { runNext } from './run-next.mjs';

await runNext('--webpack');
