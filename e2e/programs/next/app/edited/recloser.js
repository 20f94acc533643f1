import { Recloser } from '@recloser/sdk';

// Not kept on globalThis: each edit makes another one.
export const edition = 0;
export const recloser = new Recloser({
  service: 'edited',
  defaults: { timeoutMs: 1_000 + edition },
});
