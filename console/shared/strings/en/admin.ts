export const admin = {
  people: {
    title: 'People',
  },
} as const;
