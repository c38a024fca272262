// Says (exit code) whether node_modules holds what package-lock.json asks for. Plain JavaScript: it runs before the
// pinned Node is there, on any Node from 20.
import { readFileSync } from 'node:fs';

/** @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>} */
function packages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
}

const installed = packages('node_modules/.package-lock.json');
const missing = Object.entries(packages('package-lock.json')).filter(([path, { version, optional, link }]) => {
  if (!path.startsWith('node_modules/') || link) return false;
  return installed[path] ? installed[path].version !== version : !optional;
});
process.exitCode = missing.length === 0 ? 0 : 1;
