// Keeps a client that is done long enough to be asked who it is, on a busy machine too.
process.once('beforeExit', () => setTimeout(() => {}, 300));
