/** The error of a call that has to fail. */
export async function failure(call: Promise<unknown>): Promise<Error> {
  return call.then(
    (value) => {
      throw new Error(`Expected a failure, but the answer was ${JSON.stringify(value)}.`);
    },
    (error: Error) => error,
  );
}
