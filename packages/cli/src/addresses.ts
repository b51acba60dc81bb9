/** Where a server listens, and where commands look for one, unless set. */
export const defaultHost = '127.0.0.1';
export const defaultPort = 7400;
export const defaultUrl = `http://${defaultHost}:${defaultPort}`;
