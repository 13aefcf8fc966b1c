/// The incarnation that had our slot before us, as `PULSE_PREDECESSOR` tells: `<name>|<how it ended>`.
struct Predecessor: Equatable {
    var name: String
    /// "killed by SIGKILL", "exit 0, as planned (restart)"
    var how: String
    /// It vanished: what it ran may have been the cause. A stop or an orderly exit accuses no job.
    var vanished: Bool

    init?(_ text: String?) {
        guard let text, let bar = text.firstIndex(of: "|"), bar > text.startIndex else { return nil }
        name = String(text[..<bar])
        how = String(text[text.index(after: bar)...])
        vanished = !(how.hasPrefix("exit 0") || how.hasPrefix("exit 69") || how.contains("as planned"))
    }
}
