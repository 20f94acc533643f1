'use client';

import type { BreakerSummary } from '@recloser/protocol';
import { Command } from 'cmdk';
import { CircleSlash, RotateCw } from 'lucide-react';
import { useParams, useRouter } from 'next/navigation';
import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { StateIcon } from '@/components/state/state-badge';
import { useAsk } from '@/features/actions/action-provider';
import { useBreaker, useLiveValue, usePlace } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { useNavigation } from '@/features/shell/components/use-navigation';
import { decode } from '@/lib/params';
import { routes } from '@/lib/routes';
import { stateWord } from '@/lib/vocabulary';

const ITEM =
  'flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover';
const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-fg-3';

interface ItemProps {
  readonly value: string;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

function Item({ value, onSelect, children }: ItemProps) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={ITEM}>
      {children}
    </Command.Item>
  );
}

function ActionItems({
  breaker,
  onClose,
}: {
  readonly breaker: BreakerSummary;
  readonly onClose: () => void;
}) {
  const ask = useAsk();
  const choose = (action: 'trip' | 'restore') => () => {
    onClose();
    ask({ breaker: breaker.key, action });
  };
  return (
    <Command.Group heading="This breaker" className={GROUP}>
      <Item value={`open ${breaker.key}`} onSelect={choose('trip')}>
        <CircleSlash size={14} aria-hidden /> Open {breaker.key}…
      </Item>
      <Item value={`restore ${breaker.key}`} onSelect={choose('restore')}>
        <RotateCw size={14} aria-hidden /> Restore {breaker.key}…
      </Item>
    </Command.Group>
  );
}

export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter();
  const place = usePlace();
  const breakers = useLiveValue((state) => state.breakers);
  const pages = useNavigation();
  const { key = '' } = useParams<{ key?: string }>();
  const current = useBreaker(decode(key));
  const mayAct = useMay('operator');
  const go = (href: string) => () => {
    onClose();
    router.push(href);
  };
  return (
    <Primitive.Root open onOpenChange={onClose}>
      <Primitive.Portal>
        <Primitive.Overlay className="animate-fade fixed inset-0 z-40 bg-scrim" />
        <Primitive.Content
          aria-describedby={undefined}
          className="animate-rise fixed top-[8vh] left-1/2 z-50 w-[calc(100%-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl bg-raised shadow-pop outline-none"
        >
          <Primitive.Title className="sr-only">Jump to</Primitive.Title>
          <Command label="Jump to" loop>
            <Command.Input
              autoFocus
              placeholder="Breaker, page or action"
              className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none"
            />
            <Command.List className="scroll-thin max-h-[50vh] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-8 text-center text-sm text-fg-3">
                Nothing by this name.
              </Command.Empty>
              {current !== undefined && mayAct ? (
                <ActionItems breaker={current} onClose={onClose} />
              ) : null}
              <Command.Group heading="Breakers" className={GROUP}>
                {[...breakers.values()].map((breaker) => (
                  <Item
                    key={breaker.key}
                    value={`${breaker.key} ${breaker.name}`}
                    onSelect={go(routes.breaker(place, breaker.key))}
                  >
                    <StateIcon state={breaker.state} mode={breaker.mode} />
                    <span className="min-w-0 flex-1 truncate">{breaker.key}</span>
                    <span className="text-xs text-fg-3">{stateWord(breaker)}</span>
                  </Item>
                ))}
              </Command.Group>
              <Command.Group heading="Pages" className={GROUP}>
                {pages.map(({ label, icon: Icon, href }) => (
                  <Item key={label} value={`page ${label}`} onSelect={go(href)}>
                    <Icon size={14} className="text-fg-3" aria-hidden /> {label}
                  </Item>
                ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
