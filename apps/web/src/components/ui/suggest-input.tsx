import { type ComponentProps, useId } from 'react';
import { Input } from './field';

interface SuggestInputProps extends ComponentProps<'input'> {
  readonly suggestions: readonly string[];
}

/** A text that may be anything, with what is known offered while it is typed. */
export function SuggestInput({ suggestions, ...props }: SuggestInputProps) {
  const listId = useId();
  return (
    <>
      <Input {...props} list={listId} autoComplete="off" />
      <datalist id={listId}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </>
  );
}
