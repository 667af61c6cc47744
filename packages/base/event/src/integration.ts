/** Folders under which each integration has a folder or file of its own. */
export const defaultIntegrationPatterns: readonly string[] = ['integrations/', 'services/', 'connectors/'];

/**
 * The integration that a path belongs to: what follows the first pattern found in it.
 *
 * @example integrationOf('src/integrations/zoho/client.ts', ['integrations/']) // 'zoho'
 */
export function integrationOf(file: string, patterns: readonly string[]): string | undefined {
  const path = `/${file}`;
  for (const pattern of patterns) {
    const folder = `/${pattern.replace(/^\/|\/$/g, '')}/`;
    const at = path.indexOf(folder);
    if (at === -1) continue;
    // A file's name up to its first dot: `services/billing.service.ts` is `billing`.
    const [name] = path.slice(at + folder.length).split(/[/.]/, 1);
    if (name !== undefined && name !== '' && name !== 'index') return name;
  }
  return undefined;
}
