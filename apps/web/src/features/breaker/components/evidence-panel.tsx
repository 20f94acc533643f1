'use client';

import { type Outage, PROBE_ROUND_CAUSES } from '@recloser/core';
import type { AuditEntry, BreakerDetail } from '@recloser/protocol';
import { Panel } from '@/components/ui/panel';
import { causeWord, partsWord } from '@/lib/vocabulary';
import { useLastEvents } from '../api/use-last-events';
import { useBreakerOfPage } from './breaker-context';
import { EvidenceFacts } from './evidence-facts';

function title({ evidence, outage, scopes }: BreakerDetail): string {
  const cause = outage?.cause ?? evidence?.cause ?? null;
  if (cause !== null) return causeWord(cause);
  return scopes.length === 0 ? 'Nothing has happened yet' : 'Only in part';
}

/** In words why it is as it is; parts of the fleet have reasons of their own, which stand beside them. */
function summaryOf(breaker: BreakerDetail): string {
  const summary = breaker.evidence?.summary ?? breaker.summary;
  if (summary !== '') return summary;
  if (breaker.scopes.length === 0)
    return 'It was never tripped, ramped or moved by hand. All traffic passes.';
  const parts = partsWord(breaker.scopes);
  return parts === ''
    ? 'The fleet as a whole was never moved, only parts of it. All traffic passes.'
    : `The fleet as a whole was never moved: ${parts}, and elsewhere all traffic passes.`;
}

/** The first cause of an outage, where something else has moved the breaker since; null: there is none. */
function firstCause({ outage, evidence }: BreakerDetail): Outage | null {
  if (outage === null || outage.summary === '') return null;
  return outage.summary === evidence?.summary ? null : outage;
}

/** Who moved it by hand, and the reason given; null where it moved by itself, or that is not known yet. */
function orderOf(breaker: BreakerDetail, events: readonly AuditEntry[]): AuditEntry | null {
  if (breaker.evidence?.cause !== 'command') return null;
  const last = events.find(({ evidence }) => evidence !== null && evidence.scope === undefined);
  return last?.evidence?.cause === 'command' && last.reason !== '' ? last : null;
}

/** Why the breaker is in its state, in words and with the figures that decided it. */
export function EvidencePanel() {
  const breaker = useBreakerOfPage();
  const events = useLastEvents(breaker.key);
  const { evidence } = breaker;
  const first = firstCause(breaker);
  const isSteady = PROBE_ROUND_CAUSES.some((cause) => cause === evidence?.cause);
  const order = orderOf(breaker, events);
  return (
    <Panel
      title="Why"
      labelledBy="why-title"
      aside={<span className="text-xs text-fg-3">{title(breaker)}</span>}
    >
      <div className="num flex flex-col gap-1.5" data-live>
        <p className="text-base text-pretty">{first?.summary ?? summaryOf(breaker)}</p>
        {first === null ? null : (
          <p className="text-sm text-pretty text-fg-2">
            {isSteady ? 'Last probe: ' : 'Now: '}
            {summaryOf(breaker)}
          </p>
        )}
        {order === null ? null : (
          <p className="text-sm text-pretty text-fg-2">
            “{order.reason}” <span className="text-fg-3">{order.actor.name}</span>
          </p>
        )}
      </div>
      {evidence === null ? null : <EvidenceFacts evidence={evidence} />}
    </Panel>
  );
}
