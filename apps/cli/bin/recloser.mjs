#!/usr/bin/env node
import { main } from '../dist/recloser.js';

process.exitCode = await main(process.argv.slice(2));
