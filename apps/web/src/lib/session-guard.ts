/**
 * Between requests and the person: a request that is refused because the session has ended waits until somebody has
 * signed in again, and is then sent once more. Whoever was in the middle of something loses nothing.
 */

/** Fired on the window when somebody has signed in again without leaving the page. */
export const SIGNED_IN_EVENT = 'recloser:signed-in';

type SignInAgain = () => Promise<void>;

let ask: SignInAgain | null = null;
let asking: Promise<void> | null = null;
const watchers = new Set<() => void>();

/** True while requests wait for somebody to sign in again. */
export const signInAwaited = (): boolean => asking !== null;

/** Calls back whenever `signInAwaited` changes; returns how to stop. */
export function onSignInAwaited(changed: () => void): () => void {
  watchers.add(changed);
  return () => {
    watchers.delete(changed);
  };
}

function begin(signInAgain: SignInAgain): Promise<void> {
  asking = signInAgain().finally(() => {
    asking = null;
    watchers.forEach((changed) => changed());
  });
  watchers.forEach((changed) => changed());
  return asking;
}

/** Registers who asks the person to sign in; returns how to take that back. */
export function guardSession(signInAgain: SignInAgain): () => void {
  ask = signInAgain;
  return () => {
    if (ask === signInAgain) ask = null;
  };
}

/** Resolves to true when somebody has signed in again, to false where nobody can be asked. Asks once for all who wait. */
export async function sessionRenewed(): Promise<boolean> {
  if (ask === null) return false;
  await (asking ?? begin(ask));
  return true;
}
