import './zod-without-eval';

export { parseAnswer } from '@recloser/protocol';
