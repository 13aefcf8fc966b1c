/// What TEI's headers say about the load, when no proxy took them away (`x-queue-time`, `x-inference-time` and
/// `x-compute-tokens`: whole numbers, times in milliseconds as means over the request's inputs).
struct LoadSignal: Equatable {
    /// Queue time over inference time.
    var pressure: Double?
    /// Tokens of the whole request, special ones included.
    var tokens: Int?

    init(pressure: Double? = nil, tokens: Int? = nil) {
        self.pressure = pressure
        self.tokens = tokens
    }

    /// - Parameter header: a header's value by its name in lower case.
    init(header: (String) -> String?) {
        func number(_ name: String) -> Int? { header(name).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }
        tokens = number("x-compute-tokens")
        if let queue = number("x-queue-time"), let inference = number("x-inference-time") {
            // An inference of less than a millisecond is written as 0.
            pressure = Double(queue) / Double(max(1, inference))
        }
    }
}
