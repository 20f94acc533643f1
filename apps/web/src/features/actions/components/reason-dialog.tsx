'use client';

import { ArrowRight, LoaderCircle } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { ADMISSION_ALL } from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';
import { Segmented } from '@/components/ui/segmented';
import { useBreakerDetail } from '@/features/breaker/api/use-breaker-detail';
import { useGone } from '@/features/breaker/api/use-gone';
import { GoneNotice } from '@/features/breaker/components/gone-notice';
import { storeNow, useNow } from '@/lib/clock';
import { useCommandKey } from '@/lib/command-key';
import { messageOf } from '@/lib/problem';
import { type ActionName, ACTIONS, type ActionParameters } from '../action-catalogue';
import { preview, type ActionPreview } from '../action-preview';
import { stateOfPartition } from '../state-of-partition';
import type { ActionRequest } from '../action-request';
import type { ActionInput } from '../api/actions';
import { AdmissionPicker } from './admission-picker';
import { Effect } from './effect';
import { ReasonField } from './reason-field';
import { RulesChoice } from './rules-choice';

const SPANS = [
  { value: 'open', label: 'No end', ms: null },
  { value: '15m', label: '15 min', ms: 900_000 },
  { value: '1h', label: '1 h', ms: 3_600_000 },
  { value: '4h', label: '4 h', ms: 14_400_000 },
] as const;
type Span = (typeof SPANS)[number]['value'];

function endOf(span: Span, now: number): number | null {
  const ms = SPANS.find(({ value }) => value === span)?.ms ?? null;
  return ms === null ? null : now + ms;
}

interface ReasonDialogProps {
  readonly request: ActionRequest;
  readonly onSubmit: (key: string, input: ActionInput) => Promise<void>;
  readonly onClose: () => void;
}

interface NothingLeftProps {
  readonly breaker: string;
  readonly onLeave: () => void;
}

function NothingLeft(props: NothingLeftProps) {
  return <GoneNotice {...props}>There is nothing left to act on.</GoneNotice>;
}

/** Asks why, shows what will happen, and sends it under the version that was shown. */
export function ReasonDialog({ request, onSubmit, onClose }: ReasonDialogProps) {
  const { breaker: key, action } = request;
  const words = ACTIONS[action];
  const { data: breaker, error } = useBreakerDetail(key);
  const gone = useGone(key);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={
        <>
          {breaker !== undefined && isHeldOpen(action, breaker) ? 'Hold open' : words.title}{' '}
          {request.scope === undefined ? null : (
            <>
              {request.scope.kind}{' '}
              <bdi className="font-mono text-base break-all">{request.scope.value}</bdi> of{' '}
            </>
          )}
          <span className="font-mono text-base">{key}</span>
        </>
      }
    >
      {breaker === undefined && gone ? (
        <NothingLeft breaker={key} onLeave={onClose} />
      ) : breaker === undefined ? (
        <p role="status" className="py-6 text-sm text-fg-2">
          {error === undefined ? 'Reading the breaker…' : messageOf(error)}
        </p>
      ) : (
        <ReasonForm request={request} breaker={breaker} onSubmit={onSubmit} onClose={onClose} />
      )}
    </Dialog>
  );
}

/** What is open already can only be held so. */
function isHeldOpen(action: ActionName, { state }: BreakerDetail): boolean {
  return action === 'trip' && (state === 'open' || state === 'probing');
}

/** What `set` begins with: as it is, or half of the traffic where that would change nothing. */
function suggestedAdmission({ state, admission }: BreakerDetail): number {
  return state === 'closed' ? ADMISSION_ALL / 2 : admission;
}

function useReasonForm({ request, breaker, onSubmit, onClose }: ReasonFormProps) {
  const { action } = request;
  const [reason, setReason] = useState('');
  const [span, setSpan] = useState<Span>('open');
  const [keepsRules, setKeepsRules] = useState(false);
  const [admission, setAdmission] = useState(request.admission ?? suggestedAdmission(breaker));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const now = useNow() ?? breaker.now;
  const parameters: ActionParameters = { until: endOf(span, now), admission, keepsRules };
  const before = stateOfPartition(breaker, request.scope);
  const outlook: ActionPreview = preview(breaker, action, parameters, now, request.scope);
  const gone = useGone(breaker.key);
  const ready = reason.trim() !== '' && outlook.possible && !busy && !gone;

  async function submit(event?: SyntheticEvent) {
    event?.preventDefault();
    if (!ready) return;
    setBusy(true);
    setProblem(null);
    const { scope } = request;
    const input = { action, reason: reason.trim(), expectedVersion: before.version, scope };
    try {
      const until = endOf(span, storeNow());
      await onSubmit(breaker.key, { ...input, admission, until, keepsRules });
      onClose();
    } catch (thrown) {
      setProblem(messageOf(thrown));
      setBusy(false);
    }
  }
  return {
    reason,
    setReason,
    span,
    setSpan,
    admission,
    setAdmission,
    keepsRules,
    setKeepsRules,
    problem,
    busy,
    gone,
    before,
    outlook,
    ready,
    submit,
  };
}

interface ReasonFormProps extends ReasonDialogProps {
  readonly breaker: BreakerDetail;
}

function ReasonForm(props: ReasonFormProps) {
  const { request, onClose } = props;
  const words = ACTIONS[request.action];
  const commandKey = useCommandKey();
  const form = useReasonForm(props);
  return (
    <form
      onSubmit={(event) => void form.submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void form.submit(event);
      }}
      className="flex flex-col gap-4"
    >
      {request.action === 'set' || request.action === 'dim' ? (
        <AdmissionPicker admission={form.admission} onChange={form.setAdmission} />
      ) : null}
      {request.action === 'trip' ? (
        <RulesChoice
          rules={props.breaker.rules}
          kept={form.keepsRules}
          onChange={form.setKeepsRules}
        />
      ) : null}
      <Effect
        before={form.before}
        outlook={form.outlook}
        rules={props.breaker.rules}
        wholeFleet={request.scope === undefined}
      />
      {words.mayEnd ? (
        <div className="flex flex-col gap-1.5">
          <span className="text-xs font-medium text-fg-2">Ends automatically</span>
          <Segmented
            label="Ends automatically"
            value={form.span}
            options={SPANS}
            onChange={form.setSpan}
          />
        </div>
      ) : null}
      <ReasonField value={form.reason} suggestions={words.reasons} onChange={form.setReason} />
      {form.gone ? <NothingLeft breaker={request.breaker} onLeave={onClose} /> : null}
      {form.problem === null ? null : <Callout kind="problem">{form.problem}</Callout>}
      <DialogFooter>
        <span className="mr-auto hidden items-center gap-1 text-xs text-fg-3 sm:flex" aria-hidden>
          <Kbd>{commandKey}</Kbd>
          <Kbd>↵</Kbd> sends
        </span>
        <Button size="thumb" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" size="thumb" variant={words.tone} disabled={!form.ready}>
          {form.busy ? <LoaderCircle size={14} className="animate-spin" aria-hidden /> : null}
          {isHeldOpen(request.action, props.breaker) ? 'Hold open' : words.label}
          {form.busy ? null : <ArrowRight size={14} aria-hidden />}
        </Button>
      </DialogFooter>
    </form>
  );
}
