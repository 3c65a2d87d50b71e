export function SessionLogPage() {
  return <h1>SessionLogPage</h1>;
}
