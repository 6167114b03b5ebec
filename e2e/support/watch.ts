/** What a browser profile asks of whom, and what its pages and workers complain of. */
import type { BrowserContext } from '@playwright/test';

export interface Watched {
  /** Origins that anything was asked of, websockets included. */
  readonly origins: ReadonlySet<string>;
  /** Violations of the content security policy, and everything else that the console calls an error. */
  readonly complaints: readonly string[];
  /** Of the console; the test runner's own are among them where it keeps service workers out. */
  readonly warnings: readonly string[];
}

/** Every page of the profile, from its first script on. */
export async function watch(profile: BrowserContext): Promise<Watched> {
  const origins = new Set<string>();
  const complaints: string[] = [];
  const warnings: string[] = [];
  profile.on('request', (request) => origins.add(new URL(request.url()).origin));
  profile.on('page', (page) =>
    page.on('websocket', (socket) => origins.add(new URL(socket.url()).origin.replace(/^ws/, 'http'))),
  );
  profile.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
    if (message.type() === 'warning') warnings.push(message.text());
  });
  profile.on('weberror', (error) => complaints.push(error.error().message));
  await profile.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (violation) => console.error(violation.violatedDirective));
  });
  return { origins, complaints, warnings };
}
