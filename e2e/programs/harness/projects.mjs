import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = /^(.+)\.program\.[cm]?js$/;

/**
 * The folders beside this one that have a `package.json`, and in each the files named `<name>.program.mjs` (or `.cjs`).
 * @param {string} root
 * @param {string[]} wanted projects or programs by name; none for all
 * @returns {{ name: string, path: string, programs: { name: string, file: string }[] }[]}
 */
export function findProjects(root, wanted) {
  const names = readdirSync(root).filter((name) => existsSync(join(root, name, 'package.json')));
  const projects = names.sort().map((name) => {
    const path = join(root, name);
    return { name, path, programs: programsIn(path, (program) => asked(wanted, name, program)) };
  });
  const found = projects.filter(({ programs }) => programs.length > 0);
  if (found.length === 0) throw new Error(`There is no program ${wanted.join(', ')}.`);
  return found;
}

function programsIn(path, isAsked) {
  return readdirSync(path)
    .sort()
    .flatMap((file) => {
      const name = PROGRAM.exec(file)?.[1];
      return name !== undefined && isAsked(name) ? [{ name, file }] : [];
    });
}

function asked(wanted, project, program) {
  return (
    wanted.length === 0 || wanted.includes(project) || wanted.includes(`${project}/${program}`)
  );
}
