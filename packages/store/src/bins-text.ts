import type { Bins } from '@sonde/model';

/** A JSON object of counts by bin, written by hand: an object with thousands of different keys is slow to make. */
export function binsText({ indexes, counts }: Bins): string {
  let text = '{';
  for (let i = 0; i < indexes.length; i++) text += `${i > 0 ? ',' : ''}"${indexes[i]}":${counts[i]}`;
  return `${text}}`;
}
