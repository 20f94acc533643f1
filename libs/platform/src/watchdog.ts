import { spawn } from 'node:child_process';

export interface Watchdog {
  /** Ends the watch; the watched process is left alone. */
  dismiss(): void;
}

// Blocks on a pipe that the kernel closes when this process dies, however it dies.
const SCRIPT = `
read -r word && [ "$word" = dismiss ] && exit 0
pid=$1; shift
kill -INT "$pid" 2>/dev/null
i=0
while kill -0 "$pid" 2>/dev/null; do
  i=$((i+1)); [ "$i" -eq 100 ] && kill -QUIT "$pid" 2>/dev/null
  [ "$i" -ge 150 ] && break
  sleep 0.1
done
[ $# -gt 0 ] && rm -rf -- "$@"
exit 0
`;

/**
 * Stops `pid` (a fast shutdown, then a hard one) and removes `folders` when this process ends
 * without having called `dismiss`, also after kill -9.
 */
export function watch(pid: number, folders: readonly string[]): Watchdog {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'recloser-watchdog', String(pid), ...folders], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  // The pipe ends with this process; an error on it only says that the guard went first.
  guard.stdin.on('error', () => undefined);
  guard.on('error', () => undefined);
  guard.unref();
  return {
    dismiss: () => {
      guard.stdin.end('dismiss\n');
    },
  };
}
