export default function Loading() {
  return (
    <div role="status" className="flex animate-pulse flex-col gap-4">
      <span className="sr-only">Reading the breaker…</span>
      <div className="h-24 rounded-xl bg-surface" />
      <div className="h-80 rounded-xl bg-surface" />
    </div>
  );
}
