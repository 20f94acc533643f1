'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button';

const WORDS = { idle: 'Copy', copied: 'Copied', refused: 'Select it to copy' } as const;
type CopyResult = keyof typeof WORDS;

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for the accessible name: "Copy SDK key". */
  readonly what: string;
}

export function CopyButton({ text, what }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<CopyResult>('idle');
  useEffect(() => {
    if (outcome === 'idle') return;
    const timer = setTimeout(() => {
      setOutcome('idle');
    }, 1_600);
    return () => {
      clearTimeout(timer);
    };
  }, [outcome]);
  return (
    <Button
      size="sm"
      aria-label={`Copy ${what}`}
      onClick={() => {
        void copyText(text).then((done) => {
          setOutcome(done ? 'copied' : 'refused');
        });
      }}
    >
      {outcome === 'copied' ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      <span aria-live="polite">{WORDS[outcome]}</span>
    </Button>
  );
}

/** True when the text is in the clipboard. A page without HTTPS has no access to it. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
