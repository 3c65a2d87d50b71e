import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorBody } from '../../protocol/errors.ts';

/** As long as the longest search that is taken is, in nearly every writing: who sends more is told so, and not only cut off. */
export const MAX_HEADER_BYTES = 64 * 1024;

const TOO_LONG: ErrorBody = {
  error: {
    code: 'request.too-large',
    message: `The address of this page, or what comes with it, is longer than ${MAX_HEADER_BYTES / 1024} KiB: search for fewer words.`,
  },
};

/** Answers what Node itself cannot read, before any route sees it. */
export function answerUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(answerTo(error.code));
  });
}

function answerTo(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW')
    return answer('431 Request Header Fields Too Large', JSON.stringify(TOO_LONG));
  return answer(code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request', '');
}

const answer = (status: string, body: string): string =>
  [
    `HTTP/1.1 ${status}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
