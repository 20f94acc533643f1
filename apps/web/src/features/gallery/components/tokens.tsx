import { Row, Section } from './specimen';

const GREYS = [
  'canvas',
  'surface',
  'raised',
  'sunken',
  'hover',
  'line',
  'line-strong',
  'fg-3',
  'fg-2',
  'fg',
  'solid',
] as const;
const STATES = ['closed', 'half', 'open', 'held', 'observe'] as const;
const ACTS = ['danger', 'danger-hover', 'go', 'go-hover'] as const;

const SIZES = [
  ['text-2xs', '11'],
  ['text-xs', '12'],
  ['text-sm', '13'],
  ['text-base', '14'],
  ['text-lg', '18'],
  ['text-xl', '20'],
  ['text-2xl', '24'],
] as const;

const RADII = ['rounded-sm', 'rounded-md', 'rounded-lg', 'rounded-xl'] as const;
const SPACES = [1, 2, 3, 4, 6, 8, 12] as const;

function Swatch({ name }: { readonly name: string }) {
  return (
    <span className="flex w-20 flex-col gap-1">
      <span
        className="h-9 rounded-md border border-line"
        style={{ background: `var(--${name})` }}
      />
      <span className="truncate text-2xs text-fg-3">{name}</span>
    </span>
  );
}

export function Tokens() {
  return (
    <Section title="Tokens">
      <Row label="Greys">
        {GREYS.map((name) => (
          <Swatch key={name} name={name} />
        ))}
      </Row>
      <Row label="States: word, mark, wash">
        {STATES.flatMap((state) => [state, `${state}-mark`, `${state}-soft`]).map((name) => (
          <Swatch key={name} name={name} />
        ))}
      </Row>
      <Row label="Actions">
        {ACTS.map((name) => (
          <Swatch key={name} name={name} />
        ))}
      </Row>
      <Row label="Type">
        {SIZES.map(([size, pixels]) => (
          <span key={size} className={size}>
            Stripe {pixels}
          </span>
        ))}
        <span className="text-base font-semibold">Semibold</span>
        <span className="font-mono text-sm">acct_1842</span>
        <span className="num text-base">0123456789</span>
      </Row>
      <Row label="Spacing">
        {SPACES.map((space) => (
          <span key={space} className="bg-line-strong" style={{ width: space * 4, height: 16 }} />
        ))}
      </Row>
      <Row label="Radius and shadow">
        {RADII.map((radius) => (
          <span key={radius} className={`size-10 border border-line-strong ${radius}`} />
        ))}
        <span className="size-10 rounded-lg bg-raised shadow-pop" />
      </Row>
    </Section>
  );
}
