'use client';

import { useCallback, useRef, useState } from 'react';
import { lazyPart } from '@/lib/lazy-part';
import { type Caret, NOTHING_TYPED } from '../typed-ahead';
import { EarlyField } from './early-field';
import { PaletteFrame } from './palette-frame';

export const CommandPalette = lazyPart(() =>
  import('./command-palette').then((module) => module.CommandPalette),
);

/** The field is there at once; what it finds comes with its code, and takes over what was typed meanwhile. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const [composing, setComposing] = useState(false);
  const caret = useRef<Caret | null>(null);
  const keepCaret = useCallback((last: Caret) => {
    caret.current = last;
  }, []);
  return (
    <PaletteFrame onClose={onClose}>
      <CommandPalette
        typed={typed}
        caret={caret}
        onClose={onClose}
        // A new field would end the composition of a letter that is half typed.
        held={composing}
        fallback={
          <EarlyField
            typed={typed}
            onTyped={setTyped}
            onComposing={setComposing}
            onLeave={keepCaret}
          />
        }
      />
    </PaletteFrame>
  );
}
