// Vite, as for a server: everything inside.
import { build } from 'vite';
import { runBundle } from './run-bundle.mjs';

await build({
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true },
  build: {
    ssr: 'app.mjs',
    outDir: 'dist-vite',
    rollupOptions: { output: { entryFileNames: 'app.mjs' } },
  },
});
await runBundle('dist-vite', 'app.mjs');
