/** Joins the class names that are there; a CSS module's lookup may be undefined and a condition false. */
export const cx = (...names: readonly (string | false | undefined)[]): string =>
  names.filter((name) => name).join(' ');
