/** Keywords a statement is broken before, longest first. Inside parentheses nothing is broken. */
const CLAUSES =
  /^(SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|OFFSET|RETURNING|VALUES|SET|ON CONFLICT|ON DUPLICATE KEY|UNION ALL|UNION|(?:LEFT |RIGHT |FULL |INNER |CROSS )?(?:OUTER )?JOIN|AND|OR)\b/i;

/** A statement in lines, one a clause; the words and their order stay. It begins no line within parentheses or quotes. */
export function sqlLines(statement: string): string[] {
  const lines: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  let between = false;
  for (let at = 0; at < statement.length; at++) {
    const char = statement[at];
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '(') depth++;
    else if (char === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && (at === 0 || statement[at - 1] === ' ')) {
      if (/^BETWEEN\b/i.test(statement.slice(at, at + 8))) between = true;
      const clause = CLAUSES.exec(statement.slice(at, at + 20));
      if (clause === null) continue;
      const joinsBetween = between && /^AND/i.test(clause[0]);
      if (joinsBetween) between = false;
      else if (at > from) {
        lines.push(statement.slice(from, at).trim());
        from = at;
      }
      at += clause[0].length - 1;
    }
  }
  lines.push(statement.slice(from).trim());
  return lines.map((line, i) => (i > 0 && /^(AND|OR)\b/i.test(line) ? `  ${line}` : line));
}
