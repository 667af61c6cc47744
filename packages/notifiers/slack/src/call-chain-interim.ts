import type { LogEvent } from '@tocsin/event';
export function callChain(event: LogEvent, max = 5): string {
  return (event.error?.frames ?? [])
    .filter((f) => f.inApp)
    .slice(0, max)
    .reverse()
    .map((f) => `${(f.file ?? '').split('/').pop()}:${f.line}`)
    .join(' → ');
}
