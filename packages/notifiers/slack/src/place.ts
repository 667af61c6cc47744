import type { Location } from '@tocsin/event';

/** The place without its folders: `client.ts:145`. Not escaped. */
export function fileName({ file, line }: Location): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return line === undefined ? name : `${name}:${line}`;
}
