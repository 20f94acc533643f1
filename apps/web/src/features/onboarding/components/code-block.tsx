import { CopyButton } from '@/components/ui/copy-button';

interface CodeBlockProps {
  readonly code: string;
  readonly what: string;
}

export function CodeBlock({ code, what }: CodeBlockProps) {
  return (
    <div className="relative rounded-lg border border-line bg-sunken">
      <div className="absolute top-2 right-2">
        <CopyButton text={code} what={what} />
      </div>
      <pre
        tabIndex={0}
        aria-label={what}
        className="scroll-thin overflow-x-auto py-3.5 pr-24 pl-4 font-mono text-xs leading-5 text-fg-2"
      >
        <code>{code}</code>
      </pre>
    </div>
  );
}
