import type { DigestMember } from '@tocsin/decision';
import { section } from './blocks.js';
import { codeLine, isBlank } from './escape.js';
import type { Part } from './fit.js';
import { fileName } from './place.js';
import { grouped, severityMarks } from './words.js';

const maxBytes = 5000;
const maxLine = 2900;

/** The errors of a digest, one line each, as many as fit, and the number of the rest. */
export function digestPart(members: readonly DigestMember[], total: number): Part[] {
  const lines: string[] = [];
  let bytes = 0;
  let units = 0;
  for (const member of members) {
    const line = memberLine(member);
    bytes += Buffer.byteLength(JSON.stringify(line));
    units += line.length + 1;
    if (bytes > maxBytes || units > maxLine) break;
    lines.push(line);
  }
  const rest = Math.max(total, members.length) - lines.length;
  if (rest > 0) lines.push(`… and ${grouped(rest)} more`);
  if (lines.length === 0) return [];
  return [{ name: 'errors', blocks: [section(lines.join('\n'))], dropOrder: 0 }];
}

function memberLine({ title, type, location, severity }: DigestMember): string {
  const text = isBlank(title) ? type : title;
  const place = location === undefined ? '' : fileName(location);
  const where = isBlank(place) ? '' : ` at \`${codeLine(place, 60)}\``;
  return `${severityMarks[severity]} \`${isBlank(text) ? '(no message)' : codeLine(text, 200)}\`${where}`;
}
