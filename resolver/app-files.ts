/**
 * Serves the built app and the health report over HTTP.
 * Knows neither registrations nor sockets; the mesh ID never comes here, because it stands in the fragment.
 * Implements RS18, RS20, RS21.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { PAGE_HEADERS } from './page-headers.ts';

/** Files below it carry a hash of their content in their names. */
const HASHED_PREFIX = '/assets/';
const YEAR_S = 31_536_000;

export interface HealthReport {
  readonly status: 'ok';
  readonly connections: number;
  readonly registrations: number;
  readonly meshes: number;
}

export function createAppFiles(
  directory: string,
  readHealth: () => Promise<HealthReport>,
  onFault: (error: unknown) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  // `dev` makes sirv look at the disk at each request: a build made while the server runs is served at once, and a file
  // that the build took away is a 404 instead of a stream that fails.
  const serveFile = sirv(directory, { dev: true, etag: true, brotli: true, gzip: true });

  return (request, response) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    const path = pathOf(request.url);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      end(response, 405, 'Method not allowed');
    } else if (path === '/health') {
      readHealth().then(
        (report) => sendHealth(response, report),
        (error: unknown) => {
          onFault(error);
          end(response, 500, 'Internal error');
        },
      );
    } else if (path === undefined || path.includes('/.')) {
      end(response, 404, 'Not found');
    } else {
      const isHashed = path.startsWith(HASHED_PREFIX);
      response.setHeader('cache-control', isHashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
      serveFile(request, response, () => end(response, 404, 'Not found'));
    }
  };
}

/** The path without query, or `undefined` when it is not one. */
function pathOf(url: string | undefined): string | undefined {
  try {
    return decodeURI(new URL(url ?? '/', 'http://localhost').pathname);
  } catch {
    // Not a URL, or percent signs that encode nothing: nobody is there.
    return undefined;
  }
}

function sendHealth(response: ServerResponse, report: HealthReport): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(report));
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}
