/** Long lines for a terminal of 80 columns. Pure. */

const COLUMNS = 80;

/** Breaks a list behind its commas; what goes on is indented. A piece that is longer than a line has one of its own. */
export function wrapList(line: string, indent: string): string {
  const lines: string[] = [];
  let current = '';
  for (const piece of line.split(/(?<=,) /)) {
    const longer = current === '' ? piece : `${current} ${piece}`;
    if (current === '' || longer.length <= COLUMNS) current = longer;
    else {
      lines.push(current);
      current = indent + piece;
    }
  }
  return [...lines, current].join('\n');
}
