/** One settings' value as it was when an edit began, as somebody else has saved it since, and as it is being edited. */
export interface Versions<T> {
  readonly base: T;
  readonly theirs: T;
  readonly mine: T;
}

/** A part of a value that can be told, compared and carried over by itself. */
export interface MergeField<T> {
  readonly id: string;
  readonly label: string;
  /** For people; what it was before, for what is best told by its difference. */
  readonly tell: (value: T, before: T) => string;
  /** Tells values apart that read the same; left out: the words do. */
  readonly identity?: (value: T) => string;
  /** `into` with this part of `from`. */
  readonly carry: (from: T, into: T) => T;
  /** `into` with both changes of this part, where one does not undo the other; left out: a person chooses. */
  readonly join?: (versions: Versions<T>, into: T) => T;
}

export type Side = 'theirs' | 'mine';

/** A field that is not the same everywhere, in words. */
export interface FieldVersions {
  readonly id: string;
  readonly label: string;
  readonly base: string;
  readonly theirs: string;
  readonly mine: string;
  /** Who has changed it; `both` to the same value, `joined` and `conflict` to different ones. */
  readonly changedBy: Side | 'both' | 'joined' | 'conflict';
}

/** What a person chose where both have changed something; mine where nothing is chosen. */
export type Choices = ReadonlyMap<string, Side>;

/** Compares and merges values of one kind. */
export interface Merging<T> {
  /** The fields that differ, in order. */
  readonly compare: (versions: Versions<T>) => readonly FieldVersions[];
  /** Theirs, with what only I have changed, with what joins, and with the chosen side of what else both have. */
  readonly merge: (versions: Versions<T>, choices: Choices) => T;
}

/** `fieldsOf` gives all fields that any of the versions has, in the order in which they are told and carried. */
export function mergingOf<T>(
  fieldsOf: (versions: Versions<T>) => readonly MergeField<T>[],
): Merging<T> {
  const compare = (versions: Versions<T>): readonly FieldVersions[] =>
    fieldsOf(versions).flatMap((field) => {
      const changedBy = whoChanged(field, versions);
      if (changedBy === null) return [];
      const { id, label, tell } = field;
      const { base, theirs, mine } = versions;
      const sentence = (value: T): string => tell(value, base);
      return [
        {
          id,
          label,
          base: sentence(base),
          theirs: sentence(theirs),
          mine: sentence(mine),
          changedBy,
        },
      ];
    });
  const merge = (versions: Versions<T>, choices: Choices): T =>
    fieldsOf(versions).reduce(
      (merged, field) => mergeField(field, versions, choices, merged),
      versions.theirs,
    );
  return { compare, merge };
}

function mergeField<T>(
  field: MergeField<T>,
  versions: Versions<T>,
  choices: Choices,
  merged: T,
): T {
  switch (whoChanged(field, versions)) {
    case 'mine':
      return field.carry(versions.mine, merged);
    case 'conflict':
      return choices.get(field.id) === 'theirs' ? merged : field.carry(versions.mine, merged);
    case 'joined':
      return field.join?.(versions, merged) ?? merged;
    case 'theirs':
    case 'both':
    case null:
      return merged;
  }
}

function whoChanged<T>(
  { tell, identity, join }: MergeField<T>,
  versions: Versions<T>,
): FieldVersions['changedBy'] | null {
  const [base, theirs, mine] = [versions.base, versions.theirs, versions.mine].map((value) =>
    identity === undefined ? tell(value, versions.base) : identity(value),
  );
  if (theirs === mine) return theirs === base ? null : 'both';
  if (theirs === base) return 'mine';
  if (mine === base) return 'theirs';
  return join === undefined ? 'conflict' : 'joined';
}

/** Merging of values that hold another kind, by the merging of what they hold. */
export function mergingVia<T, Inner>(
  merging: Merging<Inner>,
  open: (value: T) => Inner,
  close: (inner: Inner) => T,
): Merging<T> {
  const opened = ({ base, theirs, mine }: Versions<T>): Versions<Inner> => ({
    base: open(base),
    theirs: open(theirs),
    mine: open(mine),
  });
  return {
    compare: (versions) => merging.compare(opened(versions)),
    merge: (versions, choices) => close(merging.merge(opened(versions), choices)),
  };
}
