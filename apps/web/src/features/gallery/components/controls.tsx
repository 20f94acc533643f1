'use client';

import { Download, RotateCw, Search, Settings } from 'lucide-react';
import { useState } from 'react';
import { Button, type ButtonVariant } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Field, Input, Select, Textarea } from '@/components/ui/field';
import { Kbd } from '@/components/ui/kbd';
import { Segmented } from '@/components/ui/segmented';
import { Row, Section } from './specimen';

const VARIANTS: readonly ButtonVariant[] = [
  'solid',
  'outline',
  'ghost',
  'danger',
  'danger-outline',
  'go',
];
const RANGES = [
  { value: '5m', label: '5 min' },
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
] as const;

export function Buttons() {
  return (
    <Section title="Buttons">
      <Row label="Rest">
        {VARIANTS.map((variant) => (
          <Button key={variant} variant={variant}>
            {variant}
          </Button>
        ))}
      </Row>
      <Row label="Focus">
        {VARIANTS.map((variant) => (
          <Button
            key={variant}
            variant={variant}
            className="outline-2 outline-offset-2 outline-focus"
          >
            {variant}
          </Button>
        ))}
      </Row>
      <Row label="Cannot be pressed">
        {VARIANTS.map((variant) => (
          <Button key={variant} variant={variant} disabled>
            {variant}
          </Button>
        ))}
      </Row>
      <Row label="Sizes">
        <Button size="sm">Small</Button>
        <Button>Medium</Button>
        <Button size="lg">Large</Button>
        <Button size="icon-sm" aria-label="Settings">
          <Settings size={14} aria-hidden />
        </Button>
        <Button size="icon" aria-label="Search">
          <Search size={16} aria-hidden />
        </Button>
      </Row>
      <Row label="With an icon">
        <Button>
          <Download size={14} aria-hidden /> Export
        </Button>
        <Button variant="go" size="lg">
          <RotateCw size={16} aria-hidden /> Restore
        </Button>
        <CopyButton text="recloser" what="word" />
      </Row>
    </Section>
  );
}

export function Fields() {
  const [range, setRange] = useState<(typeof RANGES)[number]['value']>('1h');
  return (
    <Section title="Fields">
      <Row label="Text" align="start">
        <Field label="Owner" hint="Who is asked at 3 am." className="w-56">
          {(ids) => <Input {...ids} defaultValue="payments" />}
        </Field>
        <Field label="Failure rate" error="Must be 5 … 100%" className="w-56">
          {(ids) => <Input {...ids} defaultValue="700" />}
        </Field>
        <Field label="Key" className="w-56">
          {(ids) => <Input {...ids} placeholder="stripe" disabled />}
        </Field>
      </Row>
      <Row label="Choice" align="start">
        <Field label="Tag" className="w-56">
          {(ids) => (
            <Select {...ids}>
              <option>Any tag</option>
            </Select>
          )}
        </Field>
        <Segmented label="Time range" value={range} options={RANGES} onChange={setRange} />
      </Row>
      <Row label="Long text" align="start">
        <Field label="Reason" hint="Kept in the audit log with your name." className="w-96">
          {(ids) => <Textarea {...ids} rows={2} placeholder="Why are you doing this?" />}
        </Field>
      </Row>
      <Row label="Keys">
        <Kbd>Ctrl</Kbd>
        <Kbd>K</Kbd>
      </Row>
    </Section>
  );
}
