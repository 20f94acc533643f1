'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { Download } from 'lucide-react';
import { useState } from 'react';
import useSWR from 'swr';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { PanelStatus } from '@/components/ui/panel-status';
import { Segmented } from '@/components/ui/segmented';
import { useGone } from '@/features/breaker/api/use-gone';
import { GoneNotice } from '@/features/breaker/components/gone-notice';
import { momentQuery, type Span, spanOf } from '@/features/chart/chart-view';
import { useMoment } from '@/features/chart/use-moment';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { storeNow } from '@/lib/clock';
import { routes } from '@/lib/routes';
import { loadIncident } from '../api/load-incident';
import { incidentReport } from '../incident-report';

const SPANS = [
  { value: 'chart', label: 'As the chart shows' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 h' },
] as const;
type Choice = (typeof SPANS)[number]['value'];

function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function useReport(breaker: BreakerDetail, span: Span) {
  const place = useEnvironmentRef();
  const { key } = breaker;
  return useSWR<string, Error>(
    ['incident', place.environment, key, span.from, span.to],
    async () => {
      const record = await loadIncident(place, key, span);
      const query = momentQuery({ view: { kind: 'fixed', ...span }, at: null });
      const link = `${location.origin}${routes.breaker(place, key)}${query}`;
      return incidentReport({
        breaker,
        environment: place.environment,
        ...record,
        ...span,
        link,
      });
    },
    { revalidateOnFocus: false },
  );
}

interface IncidentDialogProps {
  readonly breaker: BreakerDetail;
  readonly onClose: () => void;
}

/** The timeline of an incident as Markdown: looked at, copied, or taken away as a file. */
export function IncidentDialog({ breaker, onClose }: IncidentDialogProps) {
  const gone = useGone(breaker.key);
  const [{ view }] = useMoment();
  const [openedAt] = useState(storeNow);
  const [choice, setChoice] = useState<Choice>(view.kind === 'fixed' ? 'chart' : '1h');
  const spans: Readonly<Record<Choice, Span>> = {
    chart: spanOf(view, openedAt),
    '1h': spanOf({ kind: 'live', range: '1h' }, openedAt),
    '24h': spanOf({ kind: 'live', range: '24h' }, openedAt),
  };
  const { data: text, error, mutate } = useReport(breaker, spans[choice]);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title="Incident timeline"
      description="What is on the record, for the post-mortem."
    >
      <Segmented label="Time" value={choice} options={SPANS} onChange={setChoice} />
      <div className="mt-4">
        {text === undefined && gone ? (
          <GoneNotice breaker={breaker.key} onLeave={onClose}>
            Its timeline cannot be made any more; its events are in the audit log.
          </GoneNotice>
        ) : text === undefined ? (
          <PanelStatus error={error} onRetry={() => void mutate()} lines={6} />
        ) : (
          <pre
            tabIndex={0}
            aria-label="Timeline in Markdown"
            className="scroll-thin max-h-[40vh] overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs whitespace-pre-wrap"
          >
            {text}
          </pre>
        )}
      </div>
      <DialogFooter>
        {text === undefined ? null : (
          <>
            <CopyButton text={text} what="timeline" />
            <Button
              variant="solid"
              onClick={() => {
                download(text, `incident-${breaker.key.replaceAll(/[^\w.-]+/g, '-')}.md`);
              }}
            >
              <Download size={14} aria-hidden /> Download
            </Button>
          </>
        )}
      </DialogFooter>
    </Dialog>
  );
}
