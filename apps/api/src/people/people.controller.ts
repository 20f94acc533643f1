import { Body, Controller, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  RecloserError,
  createPersonSchema,
  createdPersonSchema,
  newPasswordSchema,
  personSchema,
  removePersonSchema,
  setRoleSchema,
  type Actor,
  type CreatePerson,
  type CreatedPerson,
  type NewPassword,
  type Person,
  type RemovePerson,
  type SetRole,
} from '@recloser/protocol';
import { z } from 'zod';
import { CurrentActor } from '../auth/current-caller.js';
import { makePassword } from '../auth/first-admin.js';
import { Sessions } from '../auth/sessions.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';

/** Who may sign in, and as what. */
@Controller('v1/people')
export class PeopleController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  @Get()
  @Operation({ access: 'admin', summary: 'List people', answer: z.array(personSchema) })
  list(): Promise<readonly Person[]> {
    return this.db.people.list();
  }

  @Post()
  @Operation({
    access: 'admin',
    summary: 'Add a person; a password made here is shown this once',
    status: 201,
    body: createPersonSchema,
    answer: createdPersonSchema,
  })
  async create(
    @Body(new ParsePipe(createPersonSchema)) body: CreatePerson,
    @CurrentActor() actor: Actor,
  ): Promise<CreatedPerson> {
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

  @Patch(':id')
  @Operation({
    access: 'admin',
    summary: 'Give a person another role; the last admin stays one',
    body: setRoleSchema,
    answer: personSchema,
  })
  setRole(
    @Param('id') id: string,
    @Body(new ParsePipe(setRoleSchema)) { role }: SetRole,
    @CurrentActor() actor: Actor,
  ): Promise<Person> {
    return this.db.people.setRole(actor, id, role);
  }

  @Post(':id/password')
  @Operation({
    access: 'admin',
    summary: 'Give a person a new password, shown this once; it signs them out everywhere',
    answer: newPasswordSchema,
  })
  async renewPassword(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<NewPassword> {
    const person = await this.db.people.find(id);
    if (!person) throw new RecloserError('not_found', `There is no person ${id}.`, { id });
    const password = makePassword();
    await this.sessions.setPassword(id, password);
    const after = { id, email: person.email, name: person.name };
    await this.db.audit.appendSystem(actor, { action: 'person.renew_password', after });
    return { password };
  }

  @Post(':id/remove')
  @Operation({
    access: 'admin',
    summary: 'Remove a person, signed out everywhere; never the last admin, and never yourself',
    body: removePersonSchema,
    answer: personSchema,
  })
  remove(
    @Param('id') id: string,
    @Body(new ParsePipe(removePersonSchema)) { reason = '' }: RemovePerson,
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
