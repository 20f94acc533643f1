/** A process that tells its parent what its SDK says, for the test that stops it. */
import process from 'node:process';
import { Recloser } from '../recloser.js';

const recloser = new Recloser({ url: process.argv[2] ?? '' });
const tell = (message: object) => process.send?.(message);
recloser.on('applied', () => tell({ event: 'applied' }));
recloser.on('stale', ({ stale }) => tell({ event: 'stale', stale }));
recloser.on('takeover', ({ active }) => tell({ event: 'takeover', active }));
recloser.breaker('a');
// The SDK does not keep a process alive; the parent does.
process.on('message', () => undefined);
process.on('disconnect', () => process.exit());
