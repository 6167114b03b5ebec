export function findChromium(environment?: Readonly<Record<string, string | undefined>>): Promise<string | undefined>;
export function ensureChromium(root: string): Promise<string | undefined>;
export const CHROMIUM_ARGUMENTS: readonly string[];
