import type { NextConfig } from 'next';
import path from 'node:path';

const workspaceRoot = path.join(import.meta.dirname, '..', '..');

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The API in front of it compresses nothing twice and speaks to one origin only.
  compress: true,
  devIndicators: false,
  outputFileTracingRoot: workspaceRoot,
  turbopack: { root: workspaceRoot },
};

export default config;
