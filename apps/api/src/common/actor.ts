import type { Actor, User } from '@recloser/protocol';

/** A person as the audit log names them. */
export const actorOf = ({ id, name, email }: User): Actor => ({
  kind: 'user',
  id,
  name: name === '' ? email : name,
});
