/** The mark: a line, a switch that closes in steps, and the line beyond it. */
export function Logo({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <rect x="0.75" y="0.75" width="22.5" height="22.5" rx="6" className="fill-fg" />
      <path d="M3.5 16.5h4" className="stroke-canvas" strokeWidth="2" strokeLinecap="round" />
      <path d="M16.5 16.5h4" className="stroke-canvas" strokeWidth="2" strokeLinecap="round" />
      <path d="M7.8 16.3 15 8.2" className="stroke-canvas" strokeWidth="2" strokeLinecap="round" />
      <circle cx="7.6" cy="16.5" r="1.7" className="fill-canvas" />
      <circle cx="16.4" cy="16.5" r="1.7" className="fill-canvas" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2">
      <Logo />
      <span className="text-[0.9375rem] font-semibold tracking-tight">Recloser</span>
    </span>
  );
}
