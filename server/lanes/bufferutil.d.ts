declare module 'bufferutil' {
  const native: {
    /** XORs `data` in place with the four bytes of `mask`. */
    unmask(data: Uint8Array, mask: Uint8Array): void;
  };
  export default native;
}
