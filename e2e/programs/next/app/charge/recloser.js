import { Recloser } from '@recloser/sdk';

// One for the process, also when this module is loaded anew.
export const recloser = (globalThis.recloser ??= new Recloser({ service: 'next' }));
