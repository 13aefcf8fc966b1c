/// Spans of time for people.
enum TimeText {
    /// "12.3 s", "45 ms"
    static func of(_ time: Nanoseconds) -> String {
        if time < .seconds(1) { return "\(time / 1_000_000) ms" }
        let tenths = time / 100_000_000
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
