/// What a person reads about a job that was failed because workers died while they ran it.
enum CrashVerdict {
    static func text(crashes: Int, history: String, last: String) -> String {
        var lines = ["Workers died \(crashes) times while they ran this job, so it is not tried again:"]
        lines += history.split(separator: "\n").map { "  \($0)" }
        lines.append("  \(last)")
        lines.append("All other jobs they held were requeued. Requeueing this one gives it \(crashes) new attempts.")
        return lines.joined(separator: "\n")
    }
}
