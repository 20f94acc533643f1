// Compares the public types of the built package with the reports in `api/`; `--write` renews the reports.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const reports = join(root, 'api');
const temp = join(root, 'dist', 'api');
const write = process.argv.includes('--write');

/** The names of the entry points; the main one is `index`. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.values(exports)
    .map((entry) => /^\.\/dist\/(.*)\.d\.ts$/.exec(entry.import?.types ?? '')?.[1])
    .filter((name) => name !== undefined);
}

/** Only the report is of interest: other findings of the extractor are off. */
function configure(entry) {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: `<projectFolder>/dist/${entry}.d.ts`,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: 'nodenext',
            target: 'es2023',
            strict: true,
            skipLibCheck: true,
            types: ['node'],
          },
          files: [`dist/${entry}.d.ts`],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${entry}.api.md`,
        reportFolder: reports,
        reportTempFolder: temp,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}

/** Whether the report of `entry` changed. */
function check(entry) {
  const { apiReportChanged, errorCount } = Extractor.invoke(configure(entry), {
    localBuild: write,
    messageCallback: (message) => {
      // The extractor's own words name neither the command nor the reason.
      if (message.messageId.startsWith('console-')) message.handled = true;
    },
  });
  if (errorCount > 0)
    throw new Error(`The types of ${entry} cannot be read; see the errors above.`);
  return apiReportChanged;
}

function show(entry) {
  const [before, after] = [reports, temp].map((folder) => linesOf(join(folder, `${entry}.api.md`)));
  for (const line of before.filter((one) => !after.includes(one))) console.error(`  - ${line}`);
  for (const line of after.filter((one) => !before.includes(one))) console.error(`  + ${line}`);
}

function linesOf(file) {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

mkdirSync(reports, { recursive: true });
const entries = entryPoints();
const changed = entries.filter(check);
const stray = readdirSync(reports).filter((name) => !entries.includes(name.replace('.api.md', '')));
if (write) {
  for (const name of stray) rmSync(join(reports, name));
  console.log(`api: ${entries.length} reports, ${changed.length} changed`);
} else if (changed.length + stray.length > 0) {
  for (const entry of changed) {
    console.error(`The public API of ${entry} differs from libs/sdk/api/${entry}.api.md:`);
    show(entry);
  }
  for (const name of stray) console.error(`libs/sdk/api/${name} belongs to no entry point.`);
  console.error(
    'If you meant to change it, run "npm run api-report" and commit the reports. Removing or changing a name needs a major version.',
  );
  process.exitCode = 1;
} else {
  console.log(`api: ${entries.length} entry points are as reported`);
}
