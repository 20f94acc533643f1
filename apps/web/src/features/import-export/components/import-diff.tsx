import type { ImportItem, ImportStatus } from '@recloser/protocol';
import { ChangeList } from '@/features/breaker/components/changes';
import { parseRules } from '@/features/rules/parse-rules';
import { ruleWords } from '@/features/rules/rule-text';
import { plural } from '@/lib/format';
import { shown } from '../document-problems';

const STATUS_WORDS: Readonly<Record<ImportStatus, string>> = {
  created: 'new',
  changed: 'to change',
  same: 'the same',
  only_here: 'only here, left alone',
  archived: 'archived',
  removed: 'removed',
};
const ORDER: readonly ImportStatus[] = [
  'changed',
  'created',
  'archived',
  'removed',
  'same',
  'only_here',
];

/** Rules in words, everything else as it is. */
function told(path: string, value: unknown): string {
  if (!path.startsWith('rules.') || value === null) return shown(value);
  const parsed = parseRules(JSON.stringify([value]));
  const [rule] = parsed.ok ? parsed.rules : [];
  return rule === undefined ? shown(value) : ruleWords(rule);
}

function Item({ item: { kind, key, changes, warnings = [] } }: { readonly item: ImportItem }) {
  return (
    <details className="border-b border-line px-4 py-2 last:border-b-0">
      <summary className="cursor-default rounded-sm text-sm">
        <span className="font-medium" dir="auto">
          {key}
        </span>{' '}
        <span className="text-xs text-fg-3">
          {kind} · {plural(changes.length, 'field')}
        </span>
      </summary>
      {warnings.map((warning) => (
        <p key={warning} className="mt-1 text-xs text-fg-2">
          {warning}
        </p>
      ))}
      <div className="mt-2">
        <ChangeList
          changes={changes.map(({ path, before, after }) => ({
            label: path,
            before: told(path, before),
            after: told(path, after),
          }))}
        />
      </div>
    </details>
  );
}

/** What a file does to each breaker and segment; what changes comes first. */
export function ImportDiff({ items }: { readonly items: readonly ImportItem[] }) {
  return (
    <div className="flex flex-col gap-4">
      {ORDER.map((status) => {
        const those = items.filter((item) => item.status === status);
        if (those.length === 0) return null;
        const open = status === 'changed' || status === 'created';
        return (
          <section key={status}>
            <h3 className="mb-1.5 text-xs text-fg-3">
              <span className="num">{those.length}</span> {STATUS_WORDS[status]}
            </h3>
            {open ? (
              <div className="rounded-md border border-line">
                {those.map((item) => (
                  <Item key={`${item.kind} ${item.key}`} item={item} />
                ))}
              </div>
            ) : (
              <p className="text-sm break-words text-fg-2">
                {those.map(({ key }) => key).join(', ')}
              </p>
            )}
          </section>
        );
      })}
    </div>
  );
}
