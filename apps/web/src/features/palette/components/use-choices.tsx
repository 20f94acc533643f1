'use client';

import type { BreakerSummary } from '@recloser/protocol';
import { CircleSlash, RotateCw } from 'lucide-react';
import { useParams, useRouter } from 'next/navigation';
import { type ReactNode, useDeferredValue, useMemo } from 'react';
import { StateIcon } from '@/components/state/state-badge';
import { useAsk } from '@/features/actions/action-provider';
import { inTroubleOrder } from '@/features/fleet/trouble-order';
import { useBreaker, useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { useNavigation } from '@/features/shell/components/use-navigation';
import { decode } from '@/lib/params';
import { routes } from '@/lib/routes';
import { stateSummaryWords } from '@/lib/vocabulary';
import { findBreakers, isWithin, nameAfterVerb } from '../find';

/** Breakers that "open …" offers. */
const ACTED = 5;

const VERBS = [
  { action: 'trip', word: 'Open', icon: CircleSlash },
  { action: 'restore', word: 'Restore', icon: RotateCw },
] as const;

/** One thing that the words may mean. */
export interface Choice {
  readonly id: string;
  /** What a person types who wants this and nothing else. */
  readonly name: string;
  readonly content: ReactNode;
  readonly choose: () => void;
}

export interface ChoiceGroup {
  readonly heading: string;
  readonly choices: readonly Choice[];
}

/** The breakers by this name, trouble first; few enough to draw at each letter. */
function useFound(text: string): readonly BreakerSummary[] {
  const breakers = useDeferredValue(useLiveValue((state) => state.breakers));
  // The words are not deferred: Enter must mean what they say.
  return useMemo(() => findBreakers(inTroubleOrder(breakers), text), [breakers, text]);
}

/** What "open" and "restore" are offered for: the breaker in sight, or those that the words after the verb name. */
function useActed(text: string): readonly BreakerSummary[] {
  const { key = '' } = useParams<{ key?: string }>();
  const current = useBreaker(decode(key));
  const named = useFound(nameAfterVerb(text) ?? '');
  if (nameAfterVerb(text) !== null) return named.slice(0, ACTED);
  return current !== undefined && isWithin(`open restore ${current.key}`, text) ? [current] : [];
}

/** What can be done at once, without going to the breaker's page. */
function useActs(text: string, onClose: () => void): readonly Choice[] {
  const ask = useAsk();
  const mayAct = useMay('operator');
  const acted = useActed(text);
  if (!mayAct) return [];
  return acted.flatMap(({ key }) =>
    VERBS.filter(({ word }) => isWithin(`${word} ${key}`, text)).map(
      ({ action, word, icon: Icon }) => ({
        id: `${action} ${key}`,
        name: `${word} ${key}`,
        content: (
          <>
            <Icon size={14} aria-hidden />
            <span className="min-w-0 truncate">
              {word} <bdi>{key}</bdi>…
            </span>
          </>
        ),
        choose: () => {
          onClose();
          ask({ breaker: key, action });
        },
      }),
    ),
  );
}

type Go = (href: string) => () => void;

function useBreakers(text: string, go: Go): readonly Choice[] {
  const place = useEnvironmentRef();
  return useFound(text).map((breaker) => ({
    id: `breaker ${breaker.key}`,
    name: breaker.key,
    content: (
      <>
        <StateIcon state={breaker.state} mode={breaker.mode} />
        <bdi className="min-w-0 flex-1 truncate">{breaker.key}</bdi>
        <span className="text-xs text-fg-3">{stateSummaryWords(breaker)}</span>
      </>
    ),
    choose: go(routes.breaker(place, breaker.key)),
  }));
}

function usePages(text: string, go: Go): readonly Choice[] {
  return useNavigation()
    .filter(({ label }) => isWithin(label, text))
    .map(({ label, icon: Icon, href }) => ({
      id: `page ${label}`,
      name: label,
      content: (
        <>
          <Icon size={14} className="text-fg-3" aria-hidden /> {label}
        </>
      ),
      choose: go(href),
    }));
}

/** All that the words may mean, in the order in which it is offered. */
export function useChoices(text: string, onClose: () => void): readonly ChoiceGroup[] {
  const router = useRouter();
  const go = (href: string) => () => {
    onClose();
    router.push(href);
  };
  const groups = [
    { heading: 'Act', choices: useActs(text, onClose) },
    { heading: 'Breakers', choices: useBreakers(text, go) },
    { heading: 'Pages', choices: usePages(text, go) },
  ];
  return groups.filter(({ choices }) => choices.length > 0);
}
