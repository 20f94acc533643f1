import type { Tone } from '@/lib/vocabulary';

export interface ChartColours {
  readonly fg: string;
  readonly fg2: string;
  readonly fg3: string;
  readonly line: string;
  readonly over: string;
  readonly font: string;
  readonly marks: Readonly<Record<Tone, string>>;
  readonly words: Readonly<Record<Tone, string>>;
}

/** The page's colours as a canvas understands them; read anew when the theme changes. */
export function readColours(element: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  element.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours: ChartColours = {
    fg: read('fg'),
    fg2: read('fg-2'),
    fg3: read('fg-3'),
    line: read('line'),
    over: read('open-mark'),
    font: `11px ${getComputedStyle(element).fontFamily}`,
    marks: {
      closed: read('closed-mark'),
      half: read('half-mark'),
      open: read('open-mark'),
      held: read('held-mark'),
      observe: read('observe-mark'),
    },
    words: {
      closed: read('closed'),
      half: read('half'),
      open: read('open'),
      held: read('held'),
      observe: read('observe'),
    },
  };
  probe.remove();
  return colours;
}
