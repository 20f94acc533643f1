// Puts the version of package.json into the source that tells it to the control plane.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(join(root, 'src', 'version.ts'), `export const SDK_NAME = 'js/${version}';\n`);
