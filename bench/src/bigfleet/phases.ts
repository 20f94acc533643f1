import { setTimeout as pause } from 'node:timers/promises';
import type { Crew } from './crew.js';
import type { Person } from './person.js';

/** Who takes part. */
export interface Scene {
  readonly person: Person;
  readonly crew: Crew;
  readonly breakers: number;
}

interface Phase {
  readonly name: string;
  /** Answers with what came of it, in a few words. */
  readonly run: (scene: Scene) => Promise<string>;
}

const STEADY_MS = 35_000;
const BULK = 200;
const DOCUMENT = 2_000;

const kb = (text: string): string => `${Math.round(text.length / 1_000)} kB`;

const get = (path: string) => async (scene: Scene) => {
  const { status, text } = await scene.person.get(path);
  return `${status}, ${kb(text)}`;
};

/** One after the other, under the same load. */
export const PHASES: readonly Phase[] = [
  {
    name: 'all connect at once',
    run: async ({ crew }) => {
      await crew.connect();
      return 'all have their state';
    },
  },
  {
    name: 'they report',
    run: async ({ crew }) => {
      const before = crew.counts().answered;
      await pause(STEADY_MS);
      const { answered } = crew.counts();
      return `${Math.round((answered - before) / (STEADY_MS / 1_000))} frames/s answered`;
    },
  },
  {
    name: `${BULK} breakers are opened by hand at once`,
    run: async ({ person }) => {
      const answers = await Promise.all(
        Array.from({ length: BULK }, (_, i) =>
          person.post(`/breakers/dependency-${i}/trip`, { reason: 'bench' }),
        ),
      );
      const counted = new Map<number, number>();
      for (const { status } of answers) counted.set(status, (counted.get(status) ?? 0) + 1);
      return [...counted].map(([status, count]) => `${count} × ${status}`).join(', ');
    },
  },
  { name: 'the settings are exported as YAML', run: get('/export') },
  { name: 'the audit log is exported', run: get('/audit/export') },
  {
    name: 'the page of the fleet is opened',
    run: async ({ person }) => {
      const feed = await person.watch();
      await pause(10_000);
      feed.close();
      return `snapshot of ${Math.round(feed.length / 1_000)} kB`;
    },
  },
  { name: 'the list of breakers is read', run: get('/breakers?limit=200') },
  { name: 'the list of instances is read', run: get('/instances') },
  { name: 'the list of services is read', run: get('/services') },
  {
    name: `an import of ${DOCUMENT} breakers is previewed`,
    run: async ({ person }) => preview(person, DOCUMENT),
  },
  {
    name: 'an import of all breakers is previewed',
    run: async ({ person, breakers }) => preview(person, breakers),
  },
  {
    name: 'the metrics are scraped',
    run: async ({ person }) => {
      const response = await fetch(`${person.url}/metrics`, {
        headers: { authorization: 'Bearer bench-metrics-token' },
      });
      return `${response.status}, ${kb(await response.text())}`;
    },
  },
];

async function preview(person: Person, count: number): Promise<string> {
  const lines = Array.from(
    { length: count },
    (_, i) => `  dependency-${i}:\n    owner: team-${i % 10}\n`,
  );
  const document = `recloser: 1\nbreakers:\n${lines.join('')}`;
  const { status, text } = await person.post('/import?dryRun=true', { document, reason: 'bench' });
  return `${status}, ${kb(text)}`;
}
