import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = /^(.+)\.program\.[cm]?js$/;

/**
 * The folders beside this one that have a `package.json`, and in each the files named `<name>.program.mjs` (or `.cjs`).
 * One that is like another has that one's files, too, but for its packages.
 * @param {string} root
 * @param {string[]} wanted projects or programs by name; none for all
 * @returns {{ name: string, paths: string[], programs: { name: string, file: string }[] }[]} `paths`: what lies in a later
 * folder replaces what lies in an earlier one
 */
export function findProjects(root, wanted) {
  const names = readdirSync(root).filter((name) => existsSync(join(root, name, 'package.json')));
  const projects = names.sort().map((name) => {
    const { recloser } = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));
    const paths = [recloser?.like, name].filter(Boolean).map((folder) => join(root, folder));
    return { name, paths, programs: programsIn(paths, (program) => asked(wanted, name, program)) };
  });
  const found = projects.filter(({ programs }) => programs.length > 0);
  if (found.length === 0) throw new Error(`There is no program ${wanted.join(', ')}.`);
  return found;
}

function programsIn(paths, isAsked) {
  return [...new Set(paths.flatMap((path) => readdirSync(path)))].sort().flatMap((file) => {
    const name = PROGRAM.exec(file)?.[1];
    return name !== undefined && isAsked(name) ? [{ name, file }] : [];
  });
}

function asked(wanted, project, program) {
  return (
    wanted.length === 0 || wanted.includes(project) || wanted.includes(`${project}/${program}`)
  );
}
