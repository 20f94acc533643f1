import type { Command } from 'commander';
import { ApiClient } from './api-client.js';
import { readLogin } from './login-file.js';

interface GlobalOptions {
  readonly project: string;
  readonly environment: string;
  readonly json?: true;
}

/** What a command that asks the API works with. */
export interface Session {
  readonly client: ApiClient;
  /** The environment, as REST paths name it. */
  readonly place: { readonly project: string; readonly environment: string };
  /** Prints the data as one line of JSON with --json, else the text. */
  readonly show: (data: unknown, text: string) => void;
}

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** The login and the environment that a command line names. @throws CliError usage */
export async function sessionOf(command: Command): Promise<Session> {
  const { project, environment, json } = command.optsWithGlobals<GlobalOptions>();
  const client = new ApiClient(await readLogin(process.env));
  return {
    client,
    place: { project, environment },
    show: (data, text) => {
      print(json === true ? JSON.stringify(data) : text);
    },
  };
}
