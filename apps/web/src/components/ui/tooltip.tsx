'use client';

import { Slot } from 'radix-ui';
import { type ReactElement, type SyntheticEvent, useId, useState } from 'react';
import { createPortal } from 'react-dom';

const WIDTH = 272;
const GAP = 8;

interface TooltipProps {
  readonly text: string;
  /** One control; it is described by the text. */
  readonly children: ReactElement;
}

interface TooltipPosition {
  readonly left: number;
  readonly top: number;
  readonly below: boolean;
}

function positionOf(element: Element): TooltipPosition {
  const box = element.getBoundingClientRect();
  const below = box.top < 96;
  const middle = box.left + box.width / 2 - WIDTH / 2;
  return {
    left: Math.max(GAP, Math.min(middle, window.innerWidth - WIDTH - GAP)),
    top: below ? box.bottom + GAP : box.top - GAP,
    below,
  };
}

/** A sentence about a control, on hover and focus; always there for screen readers. */
export function Tooltip({ text, children }: TooltipProps) {
  const id = useId();
  const [place, setPlace] = useState<TooltipPosition | null>(null);
  const show = ({ currentTarget }: SyntheticEvent) => {
    setPlace(positionOf(currentTarget));
  };
  const hide = () => {
    setPlace(null);
  };
  return (
    <>
      <Slot.Root
        aria-describedby={id}
        onPointerEnter={show}
        onPointerLeave={hide}
        onFocus={show}
        onBlur={hide}
        onKeyDown={(event) => {
          if (event.key === 'Escape') hide();
        }}
      >
        {children}
      </Slot.Root>
      <span id={id} hidden>
        {text}
      </span>
      {place === null
        ? null
        : createPortal(
            <div
              aria-hidden
              className="animate-fade pointer-events-none fixed z-50 flex justify-center"
              style={{
                left: place.left,
                top: place.top,
                width: WIDTH,
                transform: place.below ? undefined : 'translateY(-100%)',
              }}
            >
              <span className="rounded-md bg-solid px-2.5 py-1.5 text-xs text-pretty text-solid-fg shadow-pop">
                {text}
              </span>
            </div>,
            document.body,
          )}
    </>
  );
}
