/** One handler per message type, its answer sent back to the caller. A type without a handler does not compile. */
export type Handlers<Message extends { type: string }, Context> = {
  [Type in Message['type']]: (
    message: Extract<Message, { type: Type }>,
    context: Context,
  ) => Promise<object | undefined>;
};

/** Finds the handler of a message's type; the one cast that TypeScript needs for it lives here. */
export function handle<Message extends { type: string }, Context>(
  handlers: Handlers<Message, Context>,
  message: Message,
  context: Context,
): Promise<object | undefined> {
  const handler = handlers[message.type as Message['type']] as (
    message: Message,
    context: Context,
  ) => Promise<object | undefined>;
  return handler(message, context);
}
