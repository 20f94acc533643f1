import { readdir, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';

/** Makes reference pictures smaller: 128 colours are far within the tolerance of the comparison. */
const PAGES = new URL('../src/references/pages/', import.meta.url);
const COLOURS = 128;

let bytes = 0;
for (const name of await readdir(PAGES)) {
  const file = new URL(name, PAGES);
  const picture = await readFile(file);
  const pressed = await sharp(picture)
    .png({ palette: true, colours: COLOURS, effort: 10, compressionLevel: 9 })
    .toBuffer();
  // One that has been pressed already would lose a little each time.
  const isSmaller = pressed.length < picture.length * 0.9;
  if (isSmaller) await writeFile(file, pressed);
  bytes += isSmaller ? pressed.length : picture.length;
}
process.stdout.write(`Pictures of pages: ${Math.round(bytes / 1_000)} kB in all.\n`);
