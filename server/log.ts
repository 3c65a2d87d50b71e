import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger };

/**
 * Structured logs on standard output. At `info` they hold no personal data: ids, counts and codes only.
 * The redaction is a second net under that rule, not the rule.
 */
export function createLog(level: Config['logLevel']): Logger {
  return pino({
    level,
    base: null,
    redact: {
      paths: [
        'password',
        'token',
        'agentToken',
        'ticket',
        'code',
        'email',
        '*.password',
        '*.token',
        '*.code',
        '*.email',
      ],
      censor: '(removed)',
    },
  });
}
