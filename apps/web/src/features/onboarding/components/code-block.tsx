import { CopyButton } from '@/components/ui/copy-button';

interface CodeBlockProps {
  readonly code: string;
  readonly what: string;
}

export function CodeBlock({ code, what }: CodeBlockProps) {
  return (
    <div className="relative rounded-lg border border-line bg-sunken">
      <div className="flex items-center justify-between gap-3 border-b border-line py-1.5 pr-2 pl-4 sm:absolute sm:top-2 sm:right-2 sm:border-0 sm:p-0">
        <span className="text-xs text-fg-3 first-letter:uppercase sm:hidden">{what}</span>
        <CopyButton text={code} what={what} />
      </div>
      <pre
        tabIndex={0}
        aria-label={what}
        className="scroll-thin overflow-x-auto py-3.5 pr-4 pl-4 sm:pr-24 font-mono text-xs leading-5 text-fg-2"
      >
        <code>{code}</code>
      </pre>
    </div>
  );
}
