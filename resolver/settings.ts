/**
 * What whoever runs a resolver may set, with the defaults of the Peer Channel's own resolver service.
 * Reads the environment; knows nothing of servers. Implements RS17.
 */
import { failure, success, type Result } from '../src/core/base/result.ts';

export interface ResolverSettings {
  /** How long a registration lives without a refresh. */
  readonly lifetimeMs: number;
  /** How often expired registrations are freed. They are never given out in between. */
  readonly cleanUpIntervalMs: number;
  /** How long the registrations of a dropped connection wait to be taken up again. */
  readonly graceMs: number;
  /** Tells clients that referrals between neighbours are not wanted. */
  readonly controlMeshShape: boolean;
  /** Connections of one client address (of one /64 with IPv6). */
  readonly maxConnectionsPerAddress: number;
  /** Reverse proxies before the resolver, each of which appends to X-Forwarded-For. */
  readonly trustedProxies: number;
}

export const DEFAULT_SETTINGS: ResolverSettings = {
  lifetimeMs: 10 * 60_000,
  cleanUpIntervalMs: 60_000,
  // A page that loses its network for a moment redials within 0.25 to 0.75 s at first, then twice as slowly.
  graceMs: 5_000,
  controlMeshShape: false,
  // A class behind one router, or 130 tabs on one machine, must fit; one machine must not be able to fill the server.
  maxConnectionsPerAddress: 256,
  // Without a proxy the header is what the client made up.
  trustedProxies: 0,
};

/** The longest delay a timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Nobody stands behind more; a greater number is a mistake, and would silently count everybody as one address. */
const MAX_TRUSTED_PROXIES = 16;

/** The first setting that is not a positive whole number (or, for the grace and the proxies, not zero either). */
export function firstBadSetting(settings: ResolverSettings): keyof ResolverSettings | undefined {
  const isWithin = (value: number, least: number, most = MAX_TIMER_MS): boolean =>
    Number.isSafeInteger(value) && value >= least && value <= most;
  if (!isWithin(settings.lifetimeMs, 1)) return 'lifetimeMs';
  if (!isWithin(settings.cleanUpIntervalMs, 1)) return 'cleanUpIntervalMs';
  if (!isWithin(settings.graceMs, 0)) return 'graceMs';
  if (!isWithin(settings.maxConnectionsPerAddress, 1)) return 'maxConnectionsPerAddress';
  if (!isWithin(settings.trustedProxies, 0, MAX_TRUSTED_PROXIES)) return 'trustedProxies';
  return undefined;
}

export interface ProcessSettings {
  readonly port: number;
  readonly host: string | undefined;
  readonly resolver: ResolverSettings;
}

const DEFAULT_PORT = 8080;

/** Reads PORT, HOST and the settings above from the environment. The reason is the line a person reads. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Result<ProcessSettings, string> {
  const wrong: string[] = [];
  const whole = (name: string, fallback: number, least: number, most: number): number => {
    const text = environment[name]?.trim();
    if (text === undefined || text === '') return fallback;
    const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    wrong.push(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
    return fallback;
  };
  const seconds = (name: string, fallbackMs: number): number =>
    whole(name, fallbackMs / 1000, 1, Math.floor(MAX_TIMER_MS / 1000)) * 1000;
  const settings: ProcessSettings = {
    port: whole('PORT', DEFAULT_PORT, 0, 65_535),
    host: environment.HOST?.trim() || undefined,
    resolver: {
      ...DEFAULT_SETTINGS,
      lifetimeMs: seconds('REGISTRATION_LIFETIME_S', DEFAULT_SETTINGS.lifetimeMs),
      cleanUpIntervalMs: seconds('CLEAN_UP_INTERVAL_S', DEFAULT_SETTINGS.cleanUpIntervalMs),
      controlMeshShape: whole('CONTROL_MESH_SHAPE', 0, 0, 1) === 1,
      maxConnectionsPerAddress: whole(
        'MAX_CONNECTIONS_PER_ADDRESS',
        DEFAULT_SETTINGS.maxConnectionsPerAddress,
        1,
        1_000_000,
      ),
      trustedProxies: whole('TRUST_PROXY', DEFAULT_SETTINGS.trustedProxies, 0, MAX_TRUSTED_PROXIES),
    },
  };
  return wrong[0] === undefined ? success(settings) : failure(wrong[0]);
}
