export function SetUpPage(_: { api: import('../shared/api.ts').Api }) {
  return <h1>SetUpPage</h1>;
}
