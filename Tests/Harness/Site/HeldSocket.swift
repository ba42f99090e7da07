/// Plays systemd's part: it holds the listening socket, and starts a responder whenever one has
/// ended.
enum HeldSocket {
  /// The arguments are the socket's path, a file for the responder's process id, and its command.
  static let script = """
    import os, signal, socket, sys

    path, pid_file, *command = sys.argv[1:]
    held = socket.socket(socket.AF_UNIX)
    held.bind(path)
    os.chmod(path, 0o660)
    held.listen(4096)
    awaited = {signal.SIGTERM, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    while True:
        pid = os.fork()
        if pid == 0:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, awaited)
            os.dup2(held.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
            os.execv(command[0], command)
        with open(pid_file + ".new", "w") as file:
            file.write(str(pid))
        os.rename(pid_file + ".new", pid_file)
        ended = stopping = False
        while not ended:
            if signal.sigwait(awaited) == signal.SIGTERM:
                stopping = True
                os.kill(pid, signal.SIGTERM)
            ended, status = os.waitpid(pid, os.WNOHANG)
        if stopping:
            sys.exit(abs(os.waitstatus_to_exitcode(status)))
    """
}
