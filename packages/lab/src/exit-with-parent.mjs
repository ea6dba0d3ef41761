// Preloaded into a child process (`node --import …`) that has an IPC channel to its parent. The
// operating system closes that channel however the parent ends, SIGKILL included, so that nothing
// survives it; a handler in the parent could not do that.
const leave = () => process.kill(process.pid, 'SIGTERM');

if (process.connected === false) {
  leave(); // the parent was gone before this line
} else if (process.connected) {
  process.once('disconnect', leave);
  process.channel.unref(); // listening alone must not keep the process running
}
