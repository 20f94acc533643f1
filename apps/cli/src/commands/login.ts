import { api } from '@recloser/protocol';
import type { Command } from 'commander';
import { text } from 'node:stream/consumers';
import { ApiClient } from '../api-client.js';
import { CliError, EXIT } from '../cli-error.js';
import { checkUrl, loginFileOf, saveLogin } from '../login-file.js';
import { print } from '../session.js';
import { printable } from '../table.js';

export function addLogin(program: Command): void {
  program
    .command('login <url>')
    .description('store the URL and an API token, which is read from standard input')
    .addHelpText('after', '\nExample:\n  recloser login http://localhost:4400 < token.txt')
    .action(async (given: string) => {
      const url = checkUrl(given);
      if (process.stdin.isTTY) process.stderr.write('Paste the API token, then Enter and Ctrl-D: ');
      const token = (await text(process.stdin)).trim();
      if (!/^rct_[\w-]+$/.test(token)) {
        throw new CliError(EXIT.usage, 'This is not an API token. One begins with rct_.');
      }
      const { user } = await new ApiClient({ url, token }).call(api.projects.me);
      const file = loginFileOf(process.env);
      await saveLogin(file, { url, token });
      print(`You are ${printable(user.name)} (${user.role}) at ${url}. Saved in ${file}.`);
    });
}
