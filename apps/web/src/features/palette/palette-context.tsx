'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import { CommandPalette, Palette as PaletteDialog } from './components/palette';
import { isTyping } from './is-typing';
import { useGoKeys } from './use-go-keys';

const KeyboardHelp = lazyPart(() =>
  import('./components/keyboard-help').then((module) => module.KeyboardHelp),
);

const PREFETCHED = [CommandPalette];

interface Palette {
  readonly open: () => void;
  readonly showKeys: () => void;
}

const PaletteContext = createContext<Palette | null>(null);

export function usePalette(): Palette {
  const palette = useContext(PaletteContext);
  if (palette === null) throw new Error('The palette is used outside of an environment.');
  return palette;
}

type Shown = 'palette' | 'keys' | null;

export function PaletteProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<Shown>(null);
  useGoKeys();
  usePrefetch(PREFETCHED);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        setShown((before) => (before === 'palette' ? null : 'palette'));
      } else if (event.key === '?' && !isTyping(event)) {
        setShown('keys');
      }
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
    };
  }, []);
  const value = useMemo<Palette>(
    () => ({
      open: () => {
        setShown('palette');
      },
      showKeys: () => {
        setShown('keys');
      },
    }),
    [],
  );
  const close = () => {
    setShown(null);
  };
  return (
    <PaletteContext value={value}>
      {children}
      {shown === 'palette' ? <PaletteDialog onClose={close} /> : null}
      {shown === 'keys' ? <KeyboardHelp onClose={close} /> : null}
    </PaletteContext>
  );
}
