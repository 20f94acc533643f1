import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What npm and its provenance ask of a manifest, and what readers look for. */
const FIELDS = [
  ...['name', 'version', 'description', 'keywords', 'license', 'author'],
  ...['homepage', 'bugs', 'repository', 'engines', 'publishConfig'],
];
const FILE =
  /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json|dist[\\/][\w-]+\.(?:js|cjs|d\.ts|d\.cts))$/;
const REQUIRED = ['LICENSE', 'README.md', 'package.json'];

/**
 * The unpacked package holds what users need, and nothing else.
 * @param {string} folder
 */
export function checkContent(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  const extra = files.filter((name) => !FILE.test(name));
  const missing = REQUIRED.filter((name) => !files.includes(name));
  if (extra.length > 0) throw new Error(`The package holds ${extra.join(', ')}.`);
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const empty = FIELDS.filter((name) => manifest[name] === undefined);
  if (empty.length > 0) throw new Error(`The manifest lacks ${empty.join(', ')}.`);
  if (manifest.repository.directory !== 'libs/sdk' || manifest.publishConfig.provenance !== true) {
    throw new Error('The manifest does not name the source that npm provenance points to.');
  }
  const said = `js/${manifest.version}`;
  if (!readFileSync(join(folder, 'dist', 'index.js'), 'utf8').includes(`"${said}"`)) {
    throw new Error(`The SDK does not report ${said}: run "node scripts/write-version.mjs".`);
  }
  console.log(`content: ${files.length} files, and a full manifest`);
}
