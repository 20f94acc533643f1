import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'adr');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const records = readdirSync(folder).filter((name) => name !== 'README.md');
const index = read('README.md');

it.each(records)('the decision record %s has the form of all records', (name) => {
  const text = read(name);
  const number = name.slice(0, 4);
  expect(text).toMatch(
    new RegExp(
      `^# ${number}: .+\n\n- \\*\\*Status:\\*\\* .+\n- \\*\\*Date:\\*\\* \\d{4}-\\d{2}-\\d{2}\n\n`,
      'u',
    ),
  );
  const headings = [...text.matchAll(/^## (.*)$/gmu)].map(([, heading]) => heading);
  expect(headings).toEqual(['Context', 'Decision', 'Consequences']);
});

it.each(records)('the index of decision records lists %s with its title and date', (name) => {
  const text = read(name);
  const [, title = ''] = /^# \d{4}: (.*)$/mu.exec(text) ?? [];
  const [, date = ''] = /Date:\*\* (.*)$/mu.exec(text) ?? [];
  const line = index.split('\n').find((one) => one.includes(`](${name})`));
  expect(line?.split('|').map((cell) => cell.trim())).toEqual([
    '',
    `[${name.slice(0, 4)}](${name})`,
    title,
    date,
    '',
  ]);
});
