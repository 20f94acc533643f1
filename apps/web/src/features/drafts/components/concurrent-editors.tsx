'use client';

import type { Subject } from '../api/use-last-event';
import type { Overtaken } from '../use-draft';
import { ConflictBar } from './conflict-bar';
import { BothVersions } from './both-versions';
import { RemovedNotice } from './removed-notice';

interface ConcurrentEditorsProps {
  readonly subject: Subject;
  readonly name: string;
  readonly editing: {
    readonly draft: { readonly revision: number };
    readonly savedRevision: number;
    readonly overtaken: Overtaken | null;
    readonly bringBack: (() => void) | null;
    /** It was removed. */
    readonly gone: boolean;
  };
}

/** In a dialog that edits settings: what others have done to them since it was opened. */
export function ConcurrentEditors({ subject, name, editing }: ConcurrentEditorsProps) {
  const { draft, savedRevision, overtaken, bringBack, gone } = editing;
  if (gone) {
    return (
      <RemovedNotice subject={subject} name={name}>
        What you have typed is still here: it can be created again with it.
      </RemovedNotice>
    );
  }
  if (overtaken !== null) {
    return (
      <BothVersions
        key={savedRevision}
        subject={{ ...subject, revision: savedRevision }}
        revision={draft.revision}
        overtaken={overtaken}
      />
    );
  }
  return bringBack === null ? null : <ConflictBar onBringBack={bringBack} />;
}
