import { Buttons, Fields } from './controls';
import { States } from './states';
import { Surfaces } from './surfaces';
import { Tokens } from './tokens';

/** The design system, whole. */
export function Gallery() {
  return (
    <main className="mx-auto w-full max-w-6xl px-5 py-8">
      <h1 className="mb-1 text-xl leading-7 font-semibold tracking-tight">Gallery</h1>
      <p className="mb-6 text-sm text-fg-2">
        Tokens and primitives of the console. Colour means state and nothing else.
      </p>
      <Tokens />
      <States />
      <Buttons />
      <Fields />
      <Surfaces />
    </main>
  );
}
