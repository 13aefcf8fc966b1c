internal import CLinux
internal import Glibc

/// What to start and what it gets.
struct SpawnRequest {
    /// Path of the program and its arguments.
    var command: [String]
    /// `KEY=VALUE`
    var environment: [String]
    /// Becomes its stdin; nil = /dev/null.
    var input: Int32?
    /// Becomes its stdout and stderr.
    var output: Int32
    /// Become its fd 3, 4 and so on: for a slot's process the lifeline and its lock, for the front its listener too.
    var passed: [Int32] = []
    /// Soft limit of descriptors the child starts with, which we raised for ourselves.
    var descriptorLimit: UInt64
    var guards: Guards
}

/// One child and the right to signal and reap it. The pidfd keeps every signal from hitting a stranger with a recycled pid;
/// the group is signalled only while its leader is unreaped, which keeps the group's number taken.
struct ChildProcess: ~Copyable {
    let pid: Int32
    let descriptor: FileDescriptor
    /// From /proc, in clock ticks since boot: with the pid it names a process for ever.
    let startTime: UInt64

    /// - Throws: the errno of `posix_spawn`, which reports a failed exec too and then leaves no zombie.
    static func spawn(_ request: SpawnRequest) throws(Errno) -> ChildProcess {
        let pid = try SpawnAttributes.spawn(request)
        let number = pulse_pidfd_open(pid)
        let cause = Errno()
        guard number >= 0 else {
            // Without the descriptor it could not be watched; it is ours and unreaped, so its pid is safe to use.
            Glibc.kill(pid, SIGKILL)
            _ = waitpid(pid, nil, 0)
            throw cause
        }
        ProcFS.raiseOOMScore(of: pid, by: 200)
        return ChildProcess(
            pid: pid, descriptor: FileDescriptor(number), startTime: ProcFS.process(pid)?.startTime ?? 0)
    }

    private init(pid: Int32, descriptor: consuming FileDescriptor, startTime: UInt64) {
        self.pid = pid
        self.descriptor = descriptor
        self.startTime = startTime
    }

    func signal(_ signal: Int32, group: Bool) {
        // One that has left its group hears it all the same.
        if group, Glibc.kill(-pid, signal) == 0 { return }
        _ = pulse_pidfd_send_signal(descriptor.number, signal)
    }

    /// SIGKILL to the whole group, and to the leader in case it has left its group.
    func kill() {
        signal(SIGKILL, group: true)
        signal(SIGKILL, group: false)
    }

    /// Also true while it is a zombie, which `kill(pid, 0)` would call alive.
    var hasEnded: Bool { pulse_has_ended(descriptor.number) == 1 }

    /// Ends what is left of its group, then reaps it. Call it only once ``hasEnded``.
    consuming func reap() -> (status: ExitStatus, maxResidentBytes: Int) {
        Glibc.kill(-pid, SIGKILL)
        var ending = pulse_ending()
        guard unsafe pulse_reap(pid, &ending) == 0 else { return (.exited(-1), 0) }
        let status: ExitStatus =
            ending.exited != 0
            ? .exited(ending.code) : .killed(signal: ending.signal, coreDumped: ending.dumped != 0)
        return (status, ending.max_resident_kilobytes * 1024)
    }
}
