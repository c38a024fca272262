/** `*` in a pattern stands for any text. */
export function matcherOf(pattern: string): (text: string) => boolean {
  if (pattern === '*') return () => true;
  const parts = pattern.split('*');
  return (text) => {
    if (parts.length === 1) return text === pattern;
    let at = parts[0].length;
    if (!text.startsWith(parts[0])) return false;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    const last = parts[parts.length - 1];
    return text.length - last.length >= at && text.endsWith(last);
  };
}
