import { run } from './run.mjs';

/**
 * Runs npm and waits for it.
 *
 * The settings that an outer `npm test` leaves in the environment are taken out: with them an install in
 * another folder would take place in the repository. Those of the user (npm_config_registry, _cache, …) stay.
 */
export function npm(args, options) {
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...options.env }).filter(
      ([name]) => !/^npm_(package|lifecycle|config_(local_prefix|prefix|workspaces?|loglevel)$)/i.test(name),
    ),
  );
  return run('npm', args, { ...options, env });
}
