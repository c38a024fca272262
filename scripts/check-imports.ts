import { globSync } from 'node:fs';
import { checkFile, checkManifest, readSource } from './imports.ts';

const exclude = ['**/node_modules/**', '**/dist/**'];
const sources = globSync('{packages,examples}/*/**/*.{ts,tsx}', { exclude });
const manifests = globSync('{packages,examples}/*/package.json');
const problems = [
  ...sources.flatMap((path) => checkFile(readSource(path))),
  ...manifests.flatMap((path) => checkManifest(readSource(path))),
];
for (const problem of problems) console.error(problem);
if (sources.length === 0) console.error('no sources found: run it at the root of the repository');
process.exitCode = problems.length > 0 || sources.length === 0 ? 1 : 0;
