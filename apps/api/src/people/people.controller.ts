import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  contract,
  RecloserError,
  type Actor,
  type CreatePerson,
  type CreatedPerson,
  type NewPassword,
  type Person,
  type RemovePerson,
  type SetRole,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { makePassword } from '../auth/first-admin.js';
import { Sessions } from '../auth/sessions.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';

/** Who may sign in, and as what. */
@Controller()
export class PeopleController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  @Route(contract.people.list)
  list(): Promise<readonly Person[]> {
    return this.db.people.list();
  }

  @Route(contract.people.create)
  async create(@Body() body: CreatePerson, @CurrentActor() actor: Actor): Promise<CreatedPerson> {
    const email = body.email.toLowerCase();
    if (await this.db.people.findByEmail(email)) throw exists(email);
    const password = body.password ?? makePassword();
    const { name, role } = body;
    // The database lets nobody in with another role: that takes an event of its own.
    const made = { email, name, role: 'viewer' } as const;
    const { id } = await this.sessions.create(made, password);
    await this.db.audit.appendSystem(actor, { action: 'person.create', after: { id, ...made } });
    await this.db.people.setRole(actor, id, role);
    const person = await this.db.people.find(id);
    if (!person) throw new RecloserError('not_found', 'This person has just been removed.');
    return body.password === undefined ? { person, password } : { person };
  }

  @Route(contract.people.setRole)
  setRole(
    @Param('id') id: string,
    @Body() { role }: SetRole,
    @CurrentActor() actor: Actor,
  ): Promise<Person> {
    return this.db.people.setRole(actor, id, role);
  }

  @Route(contract.people.renewPassword)
  async renewPassword(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<NewPassword> {
    const person = await this.db.people.find(id);
    if (!person) throw new RecloserError('not_found', `There is no person ${id}.`, { id });
    const password = makePassword();
    await this.sessions.setPassword(id, password);
    const after = { id, email: person.email, name: person.name };
    await this.db.audit.appendSystem(actor, { action: 'person.renew_password', after });
    return { password };
  }

  @Route(contract.people.remove)
  remove(
    @Param('id') id: string,
    @Body() { reason = '' }: RemovePerson,
    @CurrentActor() actor: Actor,
  ): Promise<Person> {
    if (id === actor.id) throw yourself(id);
    return this.db.people.remove(actor, id, reason);
  }
}

const yourself = (id: string): RecloserError =>
  new RecloserError('command_refused', 'This is you. Another admin can remove you.', { id });

const exists = (email: string): RecloserError =>
  new RecloserError('already_exists', `${email} can sign in already. Change the role instead.`);
