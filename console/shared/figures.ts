import { t } from './strings.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** Seconds as a clock: `00:12:41`. Negative counts as nothing. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** Seconds as a short length: `41 s`, `12 min 41 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0
    ? `${Math.floor(minutes / 60)} h`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Time left as minutes and seconds, as a person counts down: `9:41`. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

function scaled(value: number, units: readonly string[]): string {
  let scaledValue = Math.max(0, value);
  let unit = 0;
  // 999.5 would be rounded to "1000": that is the next unit.
  while (scaledValue >= 999.5 && unit < units.length - 1) {
    scaledValue /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || scaledValue >= 99.95 ? 0 : 1;
  return `${scaledValue.toFixed(digits)} ${units[unit]}`;
}

/** Bytes in SI units as file managers show them: `1.2 MB`. */
export const byteSize = (bytes: number): string => scaled(bytes, t.units.bytes);

/** Bytes a second: `1.2 MB/s`. */
export const byteRate = (bytesPerSecond: number): string => t.units.perSecond(byteSize(bytesPerSecond));

/** Bits a second from bytes a second: `9.6 Mbit/s`. */
export const bitRate = (bytesPerSecond: number): string => scaled(bytesPerSecond * 8, t.units.bits);

export const milliseconds = (ms: number): string =>
  t.units.milliseconds(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));
