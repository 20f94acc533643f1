'use client';

import type { ImportResult } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field, Input, Textarea } from '@/components/ui/field';
import { ReasonField } from '@/features/actions/components/reason-field';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { plural } from '@/lib/format';
import { messageOf } from '@/lib/problem';
import { importDocument } from '../api/import-export';
import { documentProblems, type DocumentProblem } from '../document-problems';
import { ImportDiff } from './import-diff';

const REASONS = ['From the repository', 'Copied from another environment'];
/** A dry run leaves nothing behind, so nobody has to say why. */
const DRY_RUN_REASON = 'dry run';

function Problems({ problems }: { readonly problems: readonly DocumentProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="num divide-y divide-line rounded-md border border-line text-sm">
      {problems.map(({ line, path, message }, index) => (
        <li key={index} className="px-3 py-2">
          <span className="text-xs text-fg-3">
            {line === null ? 'the file' : `line ${line}`}
            {path === '' ? '' : ` · ${path}`}
          </span>
          <p className="break-words">{message}</p>
        </li>
      ))}
    </ul>
  );
}

function useImport() {
  const place = useEnvironmentRef();
  const [document, setText] = useState('');
  const [result, setResult] = useState<ImportResult | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const setDocument = (text: string) => {
    setText(text);
    setResult(null);
    setError(null);
  };
  async function send(reason: string, dryRun: boolean) {
    setBusy(true);
    setError(null);
    try {
      setResult(await importDocument(place, document, reason, dryRun));
    } catch (thrown) {
      setResult(null);
      setError(thrown);
    }
    setBusy(false);
  }
  return { document, setDocument, result, error, busy, send };
}

function Apply({
  result,
  busy,
  onApply,
}: {
  readonly result: ImportResult;
  readonly busy: boolean;
  readonly onApply: (reason: string) => void;
}) {
  const [reason, setReason] = useState('');
  const todo = result.items.filter(({ status }) => status === 'created' || status === 'changed');
  if (!result.dryRun) {
    return (
      <p role="status" className="text-sm font-medium">
        Done: {plural(todo.length, 'item')} written. SDKs get them at once.
      </p>
    );
  }
  if (todo.length === 0) {
    return (
      <p role="status" className="text-sm font-medium">
        Everything is as the file says. There is nothing to do.
      </p>
    );
  }
  return (
    <form
      className="flex flex-col gap-3 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(reason.trim());
      }}
    >
      <ReasonField value={reason} suggestions={REASONS} autoFocus={false} onChange={setReason} />
      <Button
        type="submit"
        variant="solid"
        className="w-fit"
        disabled={busy || reason.trim() === ''}
      >
        Apply to {plural(todo.length, 'item')}
      </Button>
    </form>
  );
}

/** A file, what it would change, and then the change. */
export function ImportForm() {
  const { document, setDocument, result, error, busy, send } = useImport();
  const problems = documentProblems(error);
  return (
    <div className="flex flex-col gap-4">
      <Field label="File">
        {(ids) => (
          <Input
            {...ids}
            type="file"
            accept=".yaml,.yml,.json"
            className="h-9 py-1.5"
            onChange={({ target }) => {
              void target.files?.[0]?.text().then(setDocument);
            }}
          />
        )}
      </Field>
      <Field label="Or paste YAML" hint="Anything not listed is left unchanged.">
        {(ids) => (
          <Textarea
            {...ids}
            rows={10}
            spellCheck={false}
            value={document}
            placeholder={'recloser: 1\nbreakers:\n  stripe:\n    owner: payments'}
            className="scroll-thin font-mono text-xs leading-5"
            onChange={({ target }) => {
              setDocument(target.value);
            }}
          />
        )}
      </Field>
      <Button
        className="w-fit"
        disabled={busy || document.trim() === ''}
        onClick={() => void send(DRY_RUN_REASON, true)}
      >
        {busy ? 'Comparing…' : 'Show what would change'}
      </Button>
      {error === null ? null : <Callout kind="problem">{messageOf(error)}</Callout>}
      <Problems problems={problems} />
      {result === null ? null : (
        <>
          <ImportDiff items={result.items} />
          <Apply result={result} busy={busy} onApply={(reason) => void send(reason, false)} />
        </>
      )}
    </div>
  );
}
