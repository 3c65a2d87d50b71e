/** As the customer's browser names its system. One that is not known is asked: its customer is told there. */
export const runsProgram = (platform: string): boolean =>
  !/^(windows|mac|android|chrom|iphone|ipad|ios)/i.test(platform);
