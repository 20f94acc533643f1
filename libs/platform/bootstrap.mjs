// Runs with nothing but Node: installs, builds, and hands over to the command.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Recloser needs Node 20.19 or newer; this is ${process.version}. Get one from https://nodejs.org.`,
  );
  process.exit(1);
}

const { run } = await import('./bootstrap/commands.mjs');
const [command = '', ...args] = process.argv.slice(2);
process.exitCode = await run(command, args);
// Whatever a command left open must not keep the terminal.
if (process.exitCode !== undefined) process.exit();
