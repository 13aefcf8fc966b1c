/// Metrics in Prometheus' text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text = ""

    /// By name, in the order in which they are written.
    typealias Labels = [(name: String, value: String)]
    typealias Sample = (labels: Labels, value: Double)

    /// One family; a sample for each set of labels.
    mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]
    ) {
        guard !samples.isEmpty else { return }
        header(name, kind, help)
        for sample in samples { line(name, sample.labels, sample.value) }
    }

    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        family(name, kind, help, [([], value)])
    }

    mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        header(name, .histogram, help)
        var below: UInt64 = 0
        for (bound, count) in zip(Histogram.bounds, histogram.counts) {
            below += count
            line(name + "_bucket", [("le", Self.number(bound))], Double(below))
        }
        line(name + "_bucket", [("le", "+Inf")], Double(histogram.count))
        line(name + "_sum", [], histogram.sum)
        line(name + "_count", [], Double(histogram.count))
    }

    private mutating func header(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func line(_ name: String, _ labels: Labels, _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}

/// How many of something took how long, in seconds.
struct Histogram {
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    private(set) var counts = [UInt64](repeating: 0, count: bounds.count)
    private(set) var count: UInt64 = 0
    private(set) var sum = 0.0

    mutating func observe(_ seconds: Double) {
        count += 1
        sum += seconds
        if let index = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
    }
}
