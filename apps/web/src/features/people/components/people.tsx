'use client';

import { ROLES } from '@recloser/core';
import type { Person } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Select } from '@/components/ui/field';
import { PanelStatus } from '@/components/ui/panel-status';
import { Clock } from '@/components/ui/time';
import { useUser } from '@/features/session/session-context';
import { PageHeader } from '@/features/shell/components/page-header';
import { initials } from '@/lib/format';
import { messageOf } from '@/lib/problem';
import { setRole, usePeople } from '../api/people';
import { ROLE_WORDS } from '../role-words';
import { AddPersonButton } from './add-person';
import { NewPasswordDialog } from './new-password-dialog';
import { RemovePersonDialog } from './remove-person-dialog';

interface Asked {
  readonly dialog: 'password' | 'remove';
  readonly person: Person;
}

interface PersonRowProps {
  readonly person: Person;
  readonly self: boolean;
  readonly onRole: (role: Person['role']) => void;
  readonly onAsk: (dialog: Asked['dialog']) => void;
}

function RowButtons({ name, onAsk }: Pick<PersonRowProps, 'onAsk'> & { readonly name: string }) {
  return (
    <span className="flex gap-2">
      <Button
        size="sm"
        aria-label={`New password for ${name}`}
        onClick={() => {
          onAsk('password');
        }}
      >
        New password
      </Button>
      <Button
        size="sm"
        aria-label={`Remove ${name}`}
        onClick={() => {
          onAsk('remove');
        }}
      >
        Remove
      </Button>
    </span>
  );
}

function PersonRow({ person, self, onRole, onAsk }: PersonRowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <span
        aria-hidden
        className="grid size-8 shrink-0 place-items-center rounded-full border border-line-strong bg-raised text-2xs font-semibold text-fg-2"
      >
        {initials(person.name)}
      </span>
      <div className="min-w-40 flex-1">
        <p className="text-sm font-medium">
          {person.name}
          {self ? <span className="ml-2 text-xs font-normal text-fg-3">you</span> : null}
        </p>
        <p className="truncate text-xs text-fg-2">{person.email}</p>
      </div>
      <span className="text-xs text-fg-3 max-md:hidden">
        since <Clock at={person.createdAt} withDate />
      </span>
      {self ? null : <RowButtons name={person.name} onAsk={onAsk} />}
      <Select
        aria-label={`Role of ${person.name}`}
        value={person.role}
        disabled={self}
        title={self ? 'Another admin can change your role.' : ROLE_WORDS[person.role]}
        onChange={({ target }) => {
          const role = ROLES.find((one) => one === target.value);
          if (role !== undefined) onRole(role);
        }}
        className="w-32 capitalize"
      >
        {ROLES.map((role) => (
          <option key={role}>{role}</option>
        ))}
      </Select>
    </li>
  );
}

export function People() {
  const user = useUser();
  const { data, error, mutate } = usePeople();
  const [problem, setProblem] = useState<string | null>(null);
  const [request, setAsked] = useState<Asked | null>(null);
  const close = () => {
    setAsked(null);
  };
  async function change(person: Person, role: Person['role']) {
    setProblem(null);
    try {
      await setRole(person.id, role);
    } catch (thrown) {
      setProblem(messageOf(thrown));
    }
    await mutate();
  }
  return (
    <div>
      <PageHeader
        title="People"
        description="Who may see and who may act, in every project."
        actions={<AddPersonButton onAdded={() => void mutate()} />}
      />
      {problem === null ? null : (
        <Callout kind="problem" className="mb-4">
          {problem}
        </Callout>
      )}
      {error === undefined ? null : <PanelStatus error={error} onRetry={() => void mutate()} />}
      <ul aria-label="People" className="min-h-16 rounded-xl border border-line bg-surface">
        {(data ?? []).map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            self={person.id === user.id}
            onRole={(role) => void change(person, role)}
            onAsk={(dialog) => {
              setAsked({ dialog, person });
            }}
          />
        ))}
      </ul>
      {request?.dialog === 'password' ? (
        <NewPasswordDialog person={request.person} onClose={close} />
      ) : null}
      {request?.dialog === 'remove' ? (
        <RemovePersonDialog
          person={request.person}
          onClose={close}
          onDone={() => {
            close();
            void mutate();
          }}
        />
      ) : null}
      <dl className="mt-4 flex flex-col gap-1 text-xs text-fg-3">
        {ROLES.map((role) => (
          <div key={role}>
            <dt className="inline font-medium text-fg-2 capitalize">{role}: </dt>
            <dd className="inline">{ROLE_WORDS[role]}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
