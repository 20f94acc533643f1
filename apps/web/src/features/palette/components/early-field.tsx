'use client';

import { useLayoutEffect, useRef } from 'react';
import { useConnectionStatus } from '@/features/live/live-provider';
import type { Caret, TypedAhead } from '../typed-ahead';
import { FIELD } from './palette-frame';

interface EarlyFieldProps {
  readonly typed: TypedAhead;
  readonly onTyped: (typed: TypedAhead) => void;
  readonly onComposing: (composing: boolean) => void;
  /** Told where the caret was when the field goes. */
  readonly onLeave: (caret: Caret) => void;
}

function useWaitingWords({ entered }: TypedAhead): string {
  const lost = useConnectionStatus() === 'lost';
  if (lost) return 'Loading goes on when the connection is back. What you type stays.';
  return entered ? 'Loading. Enter counts if only one thing can be meant.' : 'Loading…';
}

/** Takes what is typed while the palette's code is on its way. */
export function EarlyField({ typed, onTyped, onComposing, onLeave }: EarlyFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const input = field.current;
    if (input === null) return;
    input.focus();
    return () => {
      onLeave([input.selectionStart ?? 0, input.selectionEnd ?? 0]);
    };
  }, [onLeave]);
  return (
    <>
      <input
        {...FIELD}
        ref={field}
        aria-label="Jump to"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        value={typed.text}
        onChange={(event) => {
          onTyped({ text: event.target.value, entered: false });
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          onTyped({ ...typed, entered: typed.text.trim() !== '' });
        }}
        onCompositionStart={() => {
          onComposing(true);
        }}
        onCompositionEnd={() => {
          onComposing(false);
        }}
      />
      <p role="status" className="px-4 py-3 text-sm text-fg-3">
        {useWaitingWords(typed)}
      </p>
    </>
  );
}
