/** Whether operators have stopped all sending, by `TOCSIN_DISABLED=1` in the environment. Says so when they have. */
export function isDisabled(): boolean {
  const value = process.env['TOCSIN_DISABLED'];
  const disabled = value === '1' || value === 'true';
  if (disabled) {
    process.emitWarning('Tocsin sends no alerts: TOCSIN_DISABLED is set', {
      type: 'TocsinWarning',
      code: 'TOCSIN_DISABLED',
    });
  }
  return disabled;
}
