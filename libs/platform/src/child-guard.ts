// Loaded before a child's own code: the launcher's end of the channel closes however it died.
if (process.channel) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), 8_000).unref();
  });
  process.channel.unref();
}

export {};
