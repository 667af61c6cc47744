import { warnOnce } from '@tocsin/event';

/** Whether operators have stopped all sending, by `TOCSIN_DISABLED=1` in the environment. Says so once. */
export function isDisabled(): boolean {
  const value = process.env['TOCSIN_DISABLED'];
  const disabled = value === '1' || value === 'true';
  if (disabled) warnOnce('TOCSIN_DISABLED', 'Tocsin sends no alerts: TOCSIN_DISABLED is set');
  return disabled;
}
