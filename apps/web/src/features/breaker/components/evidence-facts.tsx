import { callsOf, type TransitionEvidence, type WindowEvidence } from '@recloser/core';
import { Fact } from '@/components/ui/panel';
import { formatMillis, formatShare, plural } from '@/lib/format';

function WindowFacts({ window }: { readonly window: WindowEvidence }) {
  const { counts, excess } = window;
  const calls = excess?.calls ?? callsOf(counts);
  const bad = excess?.bad ?? counts.failures;
  return (
    <>
      {excess === undefined ? (
        <Fact label="Window">{formatMillis(window.lengthMs)}</Fact>
      ) : (
        <Fact label={`Excess over ${formatShare(excess.toleratedRate)}`}>
          {formatMillis(excess.excessMs)} of {formatMillis(excess.neededMs)}
        </Fact>
      )}
      <Fact label="Failed">
        {Math.round(bad)} of {Math.round(calls)} · {formatShare(calls === 0 ? null : bad / calls)}
      </Fact>
      <Fact label="Instances failing">
        {window.failing} of {window.reporting}
      </Fact>
      <Fact label="Timeouts · stalled">
        {counts.timeouts} · {counts.stalled}
      </Fact>
    </>
  );
}

/** The figures behind a decision; nothing when it needed none. */
export function EvidenceFacts({ evidence }: { readonly evidence: TransitionEvidence }) {
  const { window, probe, acks } = evidence;
  if (window === null && probe === null && acks === null) return null;
  return (
    <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 border-t border-line pt-4 sm:grid-cols-4">
      {window === null ? null : <WindowFacts window={window} />}
      {probe === null ? null : (
        <>
          <Fact label={`Probe, round ${probe.round}`}>{plural(probe.claimed, 'call')}</Fact>
          <Fact label="Answered">
            {probe.succeeded} ok · {probe.failed} failed
          </Fact>
        </>
      )}
      {acks === null ? null : (
        <>
          <Fact label="Applied">
            {acks.applied} of {acks.connected}
          </Fact>
          {acks.behind.length === 0 ? null : <Fact label="Left out">{acks.behind.join(', ')}</Fact>}
        </>
      )}
    </dl>
  );
}
