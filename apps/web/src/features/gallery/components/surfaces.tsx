'use client';

import { ChevronsUpDown, Pencil, ScrollText, SearchX, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Field, Input } from '@/components/ui/field';
import { Menu, type MenuEntry } from '@/components/ui/menu';
import { Fact, Panel } from '@/components/ui/panel';
import { PanelStatus } from '@/components/ui/panel-status';
import { Tag } from '@/components/ui/tag';
import { Tooltip } from '@/components/ui/tooltip';
import { Row, Section } from './specimen';

const nothing = () => undefined;
const call = { kind: 'call', call: nothing } as const;
const ENTRIES: readonly MenuEntry[] = [
  { kind: 'label', label: 'stripe' },
  { kind: 'item', label: 'Edit', note: 'Name, owner and tags', icon: Pencil, action: call },
  { kind: 'item', label: 'Audit', icon: ScrollText, action: call },
  { kind: 'separator' },
  { kind: 'item', label: 'Archive', icon: Trash2, disabled: true, action: call },
];
const AWAY = new TypeError('The API cannot be reached.');

function SampleDialog() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Dialog…</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Rename stripe"
        description="Its key stays as it is."
      >
        <Field label="Name">{(ids) => <Input {...ids} defaultValue="Stripe" />}</Field>
        <DialogFooter>
          <Button>Cancel</Button>
          <Button variant="solid">Save</Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}

function Panels() {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-3">
      <Panel title="Facts" labelledBy="gallery-facts" aside={<Tag>tier-1</Tag>}>
        <dl className="grid grid-cols-2 gap-3">
          <Fact label="Window">10 s</Fact>
          <Fact label="Failed">38 of 40 · 95%</Fact>
        </dl>
      </Panel>
      <Panel title="Reading" labelledBy="gallery-reading">
        <PanelStatus error={undefined} onRetry={nothing} lines={3} />
      </Panel>
      <Panel title="Not to be had" labelledBy="gallery-failed">
        <PanelStatus error={AWAY} onRetry={nothing} />
      </Panel>
    </div>
  );
}

export function Surfaces() {
  return (
    <Section title="Surfaces">
      <Row label="Opened by a click">
        <SampleDialog />
        <Menu
          align="start"
          entries={ENTRIES}
          trigger={
            <Button>
              Menu <ChevronsUpDown size={14} aria-hidden />
            </Button>
          }
        />
        <Tooltip text="Viewers watch. Ask an admin for the operator role.">
          <Button aria-disabled>Tooltip</Button>
        </Tooltip>
      </Row>
      <Row label="Tags">
        <Tag>tier-1</Tag>
        <Tag>{'a-tag-that-is-far-too-long-for-its-place'}</Tag>
        <Tag>3</Tag>
      </Row>
      <Callout>
        Only the control plane is away: services keep the last state that they know.
      </Callout>
      <Callout kind="problem">
        Someone else changed this breaker first. Look again, then act.
      </Callout>
      <Panels />
      <Panel>
        <EmptyState icon={SearchX} title="No breaker matches">
          Change or clear the filters: 12 breakers in all.
        </EmptyState>
      </Panel>
    </Section>
  );
}
