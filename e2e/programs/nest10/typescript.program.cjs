// Nest as it is usually set up: TypeScript with decorators, compiled to CommonJS under `moduleResolution: node10`.
const { execFileSync } = require('node:child_process');

execFileSync(process.execPath, [require.resolve('typescript/bin/tsc')], { stdio: 'inherit' });
// What was just compiled.
require(require('node:path').join(__dirname, 'out', 'main.js'));
