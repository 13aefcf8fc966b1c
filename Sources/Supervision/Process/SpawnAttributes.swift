internal import CLinux
internal import Glibc

/// posix_spawn(3) with everything a child must not inherit from us.
enum SpawnAttributes {
    static func spawn(_ request: SpawnRequest) throws(Errno) -> Int32 {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Our blocked signals and our ignored SIGPIPE would survive the exec: a child that cannot hear TERM.
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        var defaults = sigset_t()
        unsafe sigfillset(&defaults)
        unsafe sigdelset(&defaults, SIGKILL)
        unsafe sigdelset(&defaults, SIGSTOP)
        unsafe posix_spawnattr_setsigmask(&attributes, &mask)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        // A group of its own: a terminal's Ctrl-C reaches us alone, and KILL reaches all of it.
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let signals = request.guards.holds(.maskReset) ? POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF : 0
        unsafe posix_spawnattr_setflags(&attributes, Int16(signals | POSIX_SPAWN_SETPGROUP))

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var refusal =
            unsafe request.input.map { unsafe posix_spawn_file_actions_adddup2(&actions, $0, 0) }
            ?? posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let descriptors = [request.output, request.output] + request.passed
        for (index, ours) in descriptors.enumerated() where refusal == 0 {
            refusal = unsafe posix_spawn_file_actions_adddup2(&actions, ours, Int32(index + 1))
        }
        // Last, for it closes whatever a library opened without CLOEXEC, our own ends of the pipes included.
        if refusal == 0, request.guards.holds(.closeFrom) {
            refusal = unsafe pulse_close_from(&actions, Int32(descriptors.count + 1))
        }
        guard refusal == 0 else { throw Errno(refusal) }

        // Ours for the length of the call, so that the child is born with it; set later, it would undo what the child has
        // set for itself.
        let raised = pulse_swap_descriptor_limit(request.descriptorLimit)
        defer { _ = pulse_swap_descriptor_limit(raised) }
        var pid: pid_t = 0
        let failure = unsafe withCStrings(request.command) { arguments in
            unsafe withCStrings(request.environment) { environment in
                unsafe posix_spawn(&pid, request.command[0], &actions, &attributes, arguments, environment)
            }
        }
        guard failure == 0 else { throw Errno(failure) }
        return pid
    }

    /// A null-terminated array of C strings for the length of one call.
    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { unsafe pointers[index] = strdup(string) }
        unsafe pointers[strings.count] = nil
        defer {
            for index in strings.indices { unsafe free(pointers[index]) }
            unsafe pointers.deallocate()
        }
        return unsafe body(pointers)
    }
}
