'use client';

import { Command } from 'cmdk';
import {
  type RefObject,
  useDeferredValue,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useLiveValue } from '@/features/live/live-provider';
import { clearChoice } from '../clear-choice';
import type { Caret, TypedAhead } from '../typed-ahead';
import { FIELD } from './palette-frame';
import { type Choice, type ChoiceGroup, useChoices } from './use-choices';

const ITEM =
  'flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover';
const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-fg-3';

function Group({ heading, choices }: ChoiceGroup) {
  return (
    <Command.Group heading={heading} className={GROUP}>
      {choices.map(({ id, content, choose }) => (
        <Command.Item key={id} value={id} onSelect={choose} className={ITEM}>
          {content}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

/** Enter that came before the choices: it counts once, and only for what must be meant. True while a person has to choose. */
function useEarlyEnter(text: string, typed: TypedAhead, choices: readonly Choice[]): boolean {
  // What the page came with is a part; the feed's first frame has all.
  const complete = useLiveValue(({ confirmedAt }) => confirmedAt !== null);
  const choose = useEffectEvent(() => {
    if (typed.entered) clearChoice(text, choices, complete)?.choose();
  });
  useEffect(() => {
    choose();
  }, []);
  return typed.entered && text === typed.text && choices.length > 0;
}

interface ChoicesProps {
  readonly text: string;
  readonly typed: TypedAhead;
  readonly onClose: () => void;
}

/** What the words may mean. */
function Choices({ text, typed, onClose }: ChoicesProps) {
  const groups = useChoices(text, onClose);
  const choices = groups.flatMap((group) => group.choices);
  const undecided = useEarlyEnter(text, typed, choices);
  return (
    <>
      {undecided ? (
        <p role="status" className="px-4 pt-3 text-sm text-fg-2">
          Choose one, then press Enter again.
        </p>
      ) : null}
      <Command.List className="scroll-thin max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-8 text-center text-sm text-fg-3">
          Nothing by this name.
        </Command.Empty>
        {groups.map((group) => (
          <Group key={group.heading} {...group} />
        ))}
      </Command.List>
    </>
  );
}

/** The field has the focus as long as it is there, and the caret where it was left. */
function useFocus(caret: RefObject<Caret | null>): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    if (caret.current !== null) field.current?.setSelectionRange(...caret.current);
  }, [caret]);
  return field;
}

interface PaletteProps {
  /** What was typed before this was there. */
  readonly typed: TypedAhead;
  readonly caret: RefObject<Caret | null>;
  readonly onClose: () => void;
}

/** One field, and what it finds. */
export function CommandPalette({ typed, caret, onClose }: PaletteProps) {
  const [text, setText] = useState(typed.text);
  // The field is there at once, to be typed into; what it may find comes with the next rendering.
  const drawn = useDeferredValue(true, false);
  return (
    <Command label="Jump to" loop shouldFilter={false} className="outline-none">
      <Command.Input {...FIELD} ref={useFocus(caret)} value={text} onValueChange={setText} />
      {drawn || text !== '' ? <Choices text={text} typed={typed} onClose={onClose} /> : null}
    </Command>
  );
}
