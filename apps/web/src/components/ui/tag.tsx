import type { ReactNode } from 'react';

/** A word in a frame: a tag, a kind, a count. Grey, because colour means state. */
export function Tag({ children }: { readonly children: ReactNode }) {
  return (
    <span
      dir="auto"
      className="num inline-block max-w-40 truncate rounded-sm border border-line px-1.5 align-middle text-2xs text-fg-2"
    >
      {children}
    </span>
  );
}
