/** An address that leads each computer to itself. @param hostname as in a URL */
export const reachesOnlyHere = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
