export function SessionRecordPage() {
  return <h1>SessionRecordPage</h1>;
}
