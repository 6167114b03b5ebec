export function bundle(entry: string, outDir: string, within: boolean): Promise<string>;
export function runBundled(entry: string): Promise<void>;
