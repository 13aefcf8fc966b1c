/// How systemd would run, or runs, the service on this host.
struct UnitFacts {
    /// systemd is what started this host.
    var hasSystemd = false
    var isInstalled = false
    var isEnabled = false
    var hasWatchdog = true
    var sandbox: String?
    /// The env file that it names, and why its user cannot read it.
    var envFileProblem: String?
    /// The most descriptors that the running supervisor may have, and how many it has; nil = not known.
    var fileLimit: Int?
    var openFiles: Int?
    /// Bytes of its control group; nil = no limit, or not known.
    var memoryLimit: Int?
    var memoryUsed: Int?
    var kills = 0
}
