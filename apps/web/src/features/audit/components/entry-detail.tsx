import type { AuditEntry } from '@recloser/protocol';
import { Fact } from '@/components/ui/panel';
import { Scrollable } from '@/components/ui/scrollable';
import { Clock } from '@/components/ui/time';
import { EvidenceFacts } from '@/features/breaker/components/evidence-facts';
import { diffOf } from '../entry-diff';

function Diff({ entry }: { readonly entry: AuditEntry }) {
  const lines = diffOf(entry.before, entry.after);
  if (lines.length === 0) return <p className="text-sm text-fg-3">Nothing was changed.</p>;
  return (
    <Scrollable label="What was changed" className="rounded-md border border-line">
      <table className="w-full min-w-[30rem] font-mono text-xs">
        <thead className="text-left text-fg-3">
          <tr>
            <th scope="col" className="px-3 py-1.5 font-normal">
              Field
            </th>
            <th scope="col" className="px-3 py-1.5 font-normal">
              Before
            </th>
            <th scope="col" className="px-3 py-1.5 font-normal">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ path, before, after }) => (
            <tr key={path} className="border-t border-line align-top">
              <th
                scope="row"
                className="px-3 py-1.5 text-left font-normal whitespace-nowrap text-fg-2"
              >
                {path}
              </th>
              <td className="px-3 py-1.5 break-all text-fg-3">
                {before === null ? <span aria-label="was not there">–</span> : <del>{before}</del>}
              </td>
              <td className="px-3 py-1.5 break-all">
                {after === null ? (
                  <span aria-label="is not there">–</span>
                ) : (
                  <ins className="no-underline">{after}</ins>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

/** Before and after, the evidence, and the links of the chain. */
export function EntryDetail({ entry }: { readonly entry: AuditEntry }) {
  const { evidence, reason } = entry;
  return (
    <div className="flex flex-col gap-4">
      {reason === '' ? null : (
        <blockquote className="border-l-2 border-line-strong pl-3 text-base">{reason}</blockquote>
      )}
      {evidence === null ? null : (
        <div>
          <p className="num text-sm text-pretty">{evidence.summary}</p>
          <EvidenceFacts evidence={evidence} />
        </div>
      )}
      <Diff entry={entry} />
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Fact label="When">
          <Clock at={entry.at} withDate />
        </Fact>
        <Fact label="Actor">
          {entry.actor.name} ({entry.actor.kind})
        </Fact>
        <Fact label="Action">{entry.action}</Fact>
        <Fact label="Change">{entry.seq ?? '–'}</Fact>
        <Fact label="Place in the chain">{entry.chainSeq}</Fact>
        <Fact label="Hash">
          <span className="font-mono text-xs" title={entry.hash}>
            {entry.hash.slice(0, 20)}…
          </span>
        </Fact>
        <Fact label="Hash of the one before">
          <span className="font-mono text-xs" title={entry.prevHash}>
            {entry.prevHash === '' ? '–' : `${entry.prevHash.slice(0, 20)}…`}
          </span>
        </Fact>
        <Fact label="Id">
          <span className="font-mono text-xs">{entry.id}</span>
        </Fact>
      </dl>
    </div>
  );
}
