const MAX_SEGMENTS = 12;
const MAX_PATH = 512;

function isId(segment: string): boolean {
  const digits = segment.replace(/[^0-9]/g, '').length;
  const isNumber = digits > 0 && digits === segment.length;
  const isHex = digits > 0 && /^[0-9a-fA-F_-]{8,}$/.test(segment) && segment.replace(/[_-]/g, '').length >= 8;
  return isNumber || isHex || (digits >= 4 && segment.length >= 16) || segment.includes('@') || segment.length > 64;
}

/** The route of a path, by the rules agents template with: what names one thing of many becomes `{id}`. */
export function templateOfPath(path: string): string {
  const segments = path.split(/[?#]/, 1)[0].slice(0, MAX_PATH).split('/');
  const kept: string[] = [];
  let named = 0;
  for (const segment of segments) {
    if (segment !== '' && ++named > MAX_SEGMENTS) {
      kept.push('{path}');
      break;
    }
    kept.push(isId(segment) ? '{id}' : segment);
  }
  return kept.join('/');
}
