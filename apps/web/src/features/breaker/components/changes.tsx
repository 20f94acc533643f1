/** One line of a difference, for people. */
export interface Change {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

export function ChangeList({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-md border border-line text-sm">
      {changes.map(({ label, before, after }) => (
        <li key={label} className="px-3 py-2">
          <p className="text-xs text-fg-3">{label}</p>
          <p className="num mt-0.5 flex flex-wrap items-baseline gap-x-2 break-words">
            <del className="text-fg-2">{before}</del>
            <span aria-hidden className="text-fg-3">
              →
            </span>
            <ins className="font-medium no-underline">{after}</ins>
          </p>
        </li>
      ))}
    </ul>
  );
}
