/** Tables and plots of the benchmarks' results, on the terminal and in docs/performance.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { figure } from './ratios.ts';

const root = new URL('..', import.meta.url);

/** A Markdown table; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** The machine and Node version on which the figures depend. */
const machine = (): string =>
  `${os.cpus()[0]?.model ?? 'unknown CPU'}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()}, Node ${process.versions.node}`;

export interface Bars {
  title: string;
  /** The meaning and unit of a bar's length. */
  axis: string;
  groups: { name: string; bars: { name: string; value: number; low?: number; high?: number }[] }[];
}

const COLOURS = ['#2563eb', '#60a5fa', '#94a3b8', '#f59e0b', '#d97706', '#64748b', '#475569'];
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Horizontal bars in groups, with whiskers from quartile to quartile. */
function barPlot({ title, axis, groups }: Bars): string {
  const [left, right, bar] = [230, 90, 18];
  const width = 820;
  const largest = Math.max(
    ...groups.flatMap(({ bars }) => bars.map(({ value, high }) => high ?? value)).filter(Number.isFinite),
  );
  const x = (value: number): number => left + (value / largest) * (width - left - right);
  const colours = new Map(
    [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))].map((name, n) => [
      name,
      COLOURS[n % COLOURS.length],
    ]),
  );
  const parts: string[] = [`<text x="10" y="24" font-size="16" font-weight="bold">${escape(title)}</text>`];
  let y = 44;
  for (const { name, bars } of groups) {
    y += 14;
    parts.push(`<text x="10" y="${y}" font-weight="bold">${escape(name)}</text>`);
    y += 8;
    for (const { name: label, value, low, high } of bars) {
      if (!Number.isFinite(value)) continue;
      const middle = y + bar / 2;
      parts.push(
        `<text x="${left - 8}" y="${middle + 4}" text-anchor="end">${escape(label)}</text>`,
        `<rect x="${left}" y="${y + 2}" width="${(x(value) - left).toFixed(1)}" height="${bar - 4}" fill="${colours.get(label) ?? ''}"/>`,
        `<text x="${(x(high ?? value) + 6).toFixed(1)}" y="${middle + 4}">${figure(value)}</text>`,
      );
      if (low !== undefined && high !== undefined)
        parts.push(
          `<path d="M${x(low).toFixed(1)} ${middle}H${x(high).toFixed(1)}" stroke="#111" stroke-width="1.5"/>`,
        );
      y += bar;
    }
  }
  parts.push(`<text x="${left}" y="${y + 22}" fill="#555">${escape(axis)}</text>`);
  const height = y + 36;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** Prints a report. With `save`, also writes it between its marks in docs/performance.md, and its plot to docs/. */
export function report(name: string, text: string, plot: Bars, save: boolean): void {
  console.log(`\n${text}`);
  if (!save) return;
  writeFileSync(new URL(`docs/${name}.svg`, root), barPlot(plot));
  const file = new URL('docs/performance.md', root);
  const [from, to] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const document = readFileSync(file, 'utf8');
  const [start, stop] = [document.indexOf(from), document.indexOf(to)];
  if (start === -1 || stop === -1) throw new Error(`docs/performance.md has no place for ${name}`);
  const section = `${from}\n\n${text}\n\n![${plot.title}](${name}.svg)\n\n_${machine()}._\n\n`;
  writeFileSync(file, document.slice(0, start) + section + document.slice(stop));
}
