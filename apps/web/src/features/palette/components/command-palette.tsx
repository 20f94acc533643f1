'use client';

import type { BreakerSummary } from '@recloser/protocol';
import { Command } from 'cmdk';
import { CircleSlash, RotateCw } from 'lucide-react';
import { useParams, useRouter } from 'next/navigation';
import {
  type ReactNode,
  type RefObject,
  useDeferredValue,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { StateIcon } from '@/components/state/state-badge';
import { useAsk } from '@/features/actions/action-provider';
import { inTroubleOrder } from '@/features/fleet/trouble-order';
import { useBreaker, useLiveValue, usePlace } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { useNavigation } from '@/features/shell/components/use-navigation';
import { decode } from '@/lib/params';
import { routes } from '@/lib/routes';
import { standingWords } from '@/lib/vocabulary';
import { findBreakers, isWithin, nameAfterVerb } from '../find';

/** Breakers that "open …" offers. */
const ACTED = 5;

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

const VERBS = [
  { action: 'trip', word: 'Open', icon: CircleSlash },
  { action: 'restore', word: 'Restore', icon: RotateCw },
] as const;

interface ActionItemsProps {
  readonly breakers: readonly BreakerSummary[];
  readonly text: string;
  readonly onClose: () => void;
}

/** What can be done at once, without going to the breaker's page. */
function ActionItems({ breakers, text, onClose }: ActionItemsProps) {
  const ask = useAsk();
  return (
    <Command.Group heading="Act" className={GROUP}>
      {breakers.flatMap(({ key }) =>
        VERBS.filter(({ word }) => isWithin(`${word} ${key}`, text)).map(
          ({ action, word, icon: Icon }) => (
            <Item
              key={`${action} ${key}`}
              value={`${action} ${key}`}
              onSelect={() => {
                onClose();
                ask({ breaker: key, action });
              }}
            >
              <Icon size={14} aria-hidden />
              <span className="min-w-0 truncate">
                {word} <bdi>{key}</bdi>…
              </span>
            </Item>
          ),
        ),
      )}
    </Command.Group>
  );
}

/** The breakers by this name, trouble first; few enough to draw at each letter. */
function useFound(text: string): readonly BreakerSummary[] {
  const breakers = useDeferredValue(useLiveValue((state) => state.breakers));
  // The words are not deferred: Enter must mean what they say.
  return useMemo(() => findBreakers(inTroubleOrder(breakers), text), [breakers, text]);
}

/** What "open" and "restore" are offered for: the breaker in sight, or those that the words after the verb name. */
function useActed(current: BreakerSummary | undefined, text: string): readonly BreakerSummary[] {
  const named = useFound(nameAfterVerb(text) ?? '');
  if (nameAfterVerb(text) !== null) return named.slice(0, ACTED);
  return current !== undefined && isWithin(`open restore ${current.key}`, text) ? [current] : [];
}

function BreakerItems({
  found,
  go,
}: {
  readonly found: readonly BreakerSummary[];
  readonly go: (href: string) => () => void;
}) {
  const place = usePlace();
  return (
    <Command.Group heading="Breakers" className={GROUP}>
      {found.map((breaker) => (
        <Item
          key={breaker.key}
          value={`breaker ${breaker.key}`}
          onSelect={go(routes.breaker(place, breaker.key))}
        >
          <StateIcon state={breaker.state} mode={breaker.mode} />
          <bdi className="min-w-0 flex-1 truncate">{breaker.key}</bdi>
          <span className="text-xs text-fg-3">{standingWords(breaker)}</span>
        </Item>
      ))}
    </Command.Group>
  );
}

interface PaletteProps {
  readonly onClose: () => void;
}

/** What the words may mean. */
function Choices({ text, onClose }: PaletteProps & { readonly text: string }) {
  const router = useRouter();
  const found = useFound(text);
  const pages = useNavigation().filter(({ label }) => isWithin(label, text));
  const { key = '' } = useParams<{ key?: string }>();
  const current = useBreaker(decode(key));
  const mayAct = useMay('operator');
  const acted = useActed(current, text);
  const go = (href: string) => () => {
    onClose();
    router.push(href);
  };
  return (
    <Command.List className="scroll-thin max-h-[50vh] overflow-y-auto p-1.5">
      <Command.Empty className="px-3 py-8 text-center text-sm text-fg-3">
        Nothing by this name.
      </Command.Empty>
      {mayAct && acted.length > 0 ? (
        <ActionItems breakers={acted} text={text} onClose={onClose} />
      ) : null}
      {found.length === 0 ? null : <BreakerItems found={found} go={go} />}
      {pages.length === 0 ? null : (
        <Command.Group heading="Pages" className={GROUP}>
          {pages.map(({ label, icon: Icon, href }) => (
            <Item key={label} value={`page ${label}`} onSelect={go(href)}>
              <Icon size={14} className="text-fg-3" aria-hidden /> {label}
            </Item>
          ))}
        </Command.Group>
      )}
    </Command.List>
  );
}

/** The field has the focus as long as it is there; then whoever had it before. */
function useBorrowedFocus(): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(() => {
    field.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [before]);
  return field;
}

/**
 * One field, and what it finds. Opened in the worst moment on the slowest machine: so it is a plain element, where a
 * modal dialog would have the browser style the whole page anew.
 */
export function CommandPalette({ onClose }: PaletteProps) {
  const [text, setText] = useState('');
  // The field is there at once, to be typed into; what it may find comes with the next rendering.
  const drawn = useDeferredValue(true, false);
  const field = useBorrowedFocus();
  return (
    <>
      <div className="animate-fade fixed inset-0 z-40 bg-scrim" aria-hidden onClick={onClose} />
      <div
        role="dialog"
        aria-modal
        aria-label="Jump to"
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          // The field is all that can have the focus.
          if (event.key === 'Tab') event.preventDefault();
        }}
        className="animate-rise fixed top-[8vh] left-1/2 z-50 w-[calc(100%-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl bg-raised shadow-pop"
      >
        <Command label="Jump to" loop shouldFilter={false} className="outline-none">
          <Command.Input
            ref={field}
            value={text}
            onValueChange={setText}
            placeholder="Breaker, page or action"
            className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none"
          />
          {drawn || text !== '' ? <Choices text={text} onClose={onClose} /> : null}
        </Command>
      </div>
    </>
  );
}
