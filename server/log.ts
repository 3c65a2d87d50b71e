import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger };

/**
 * Structured logs on standard error; standard output is for what a person at the terminal is told. At `info` they hold no personal data: ids, counts and codes only.
 * The redaction is a second net under that rule, not the rule.
 */
export function createLog(level: Config['logLevel']): Logger {
  const options: LoggerOptions = {
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
  };
  return pino(options, pino.destination(2));
}
