export { compilePattern } from '@recloser/core';
