export function FilesPanel(_: { session: unknown; state: unknown }) {
  return null;
}
