/** Functions' names longer than this are cut. */
const maxLength = 256;

/**
 * What V8 puts before a function's name that says who called it, not where it is: the same function is
 * `fail`, `Object.fail` or `Timeout.fail [as _onTimeout]`, by its caller.
 */
const receivers =
  /^(?:(?:Object|Module|Function|Timeout|Immediate|process|global|globalThis|EventEmitter|AsyncResource|exports\d*|module\d*\.exports)\.)+/;

/** V8 prints `get total` and `#sign` without their class, Node with `--enable-source-maps` prints it. */
const classOfMember = /^[\w$]{1,100}\.(?=[gs]et |#)/;

/**
 * A frame's function without `async`, `new`, `Object.`, `Module.` and `[as …]`; `Class.method` stays;
 * the empty string for a function without a name.
 *
 * @param file The frame's normalised file: compilers name an anonymous default export after it.
 */
export function normalizeFunction(text: string, file = ''): string {
  const cut = text.slice(0, maxLength);
  const alias = cut.indexOf(' [as ');
  const name = (alias === -1 ? cut : cut.slice(0, alias))
    .replace(/^(?:async |new )+/, '')
    .replace(receivers, '')
    .replace(classOfMember, '');
  return isAnonymous(name, file) ? '' : name;
}

function isAnonymous(name: string, file: string): boolean {
  if (name === '' || name === '_onTimeout' || name === '_onImmediate') return true;
  if (name === '<anonymous>' || name.endsWith('.<anonymous>')) return true;
  // What `export default function () {}` is called in modules and by tsc (default_1), and by esbuild (a_default).
  if (/^default(?:_\d{1,4})?$/.test(name)) return true;
  const [folder = '', base = ''] = file.split('/').slice(-2);
  const stem = (file.includes('/') ? base : folder).split('.', 1)[0] ?? '';
  return [stem, folder].some((owner) => owner !== '' && name === `${owner.replace(/\W/g, '_')}_default`);
}
