/// Reads values by name from the environment and the env file, and collects every problem on the way.
struct SettingValues {
    private let environment: [String: String]
    private let file: [String: String]
    private(set) var problems: [String] = []

    init(environment: [String: String], file: [String: String]) {
        self.environment = environment
        self.file = file
        for name in Set(environment.keys).union(file.keys).sorted() where name.hasPrefix("PULSE_") {
            if Self.known.contains(name) || SettingDefinition.contract.contains(name) { continue }
            if name.hasPrefix(SettingDefinition.foreignPrefix) { continue }
            let hint =
                Self.isServiceLink(name, environment[name])
                ? "; Kubernetes tells of a Service so: set `enableServiceLinks: false` in the pod's spec"
                : Self.nearest(to: name).map { "; did you mean \($0)?" } ?? "; `pulse-supervisor --help` lists them"
            problems.append("\(name) is not a setting of Pulse\(hint)")
        }
    }

    private static let known = Set(SettingDefinition.all.map(\.name))
    private static let definitions = Dictionary(uniqueKeysWithValues: SettingDefinition.all.map { ($0.name, $0) })

    /// The name that set the value and its text: our own name before the product's, the environment before the file.
    /// An empty value counts as not set, since env files often carry `KEY=`.
    func text(_ name: String) -> (name: String, text: String)? {
        guard let definition = Self.definitions[name] else { return nil }
        for spelling in [name] + definition.aliases {
            for source in [environment, file] {
                if let text = source[spelling], !text.isEmpty { return (spelling, text) }
            }
        }
        return definition.fallback.map { (name, $0) }
    }

    /// The parsed value, or nil when it is not set or refused; a refusal is noted.
    mutating func optional<Value>(_ name: String, _ parse: (String) -> Value?) -> Value? {
        guard let (spelling, text) = text(name) else { return nil }
        if let value = parse(text) { return value }
        let definition = Self.definitions[name]
        let shown = definition?.isSecret == true ? "its value" : "'\(Self.withoutSecrets(text).prefix(80))'"
        problems.append("\(spelling): \(shown) is not allowed; it takes \(definition?.allowed ?? "something else")")
        return nil
    }

    /// As ``optional(_:_:)``; a refused value yields `stand-in`, which nobody sees because the problem is thrown.
    mutating func required<Value>(_ name: String, or standIn: Value, _ parse: (String) -> Value?) -> Value {
        optional(name, parse) ?? standIn
    }

    mutating func refuse(_ problem: String) { problems.append(problem) }

    /// A URL may carry a password before its '@' and a key after its '?', all the more one that was mistyped.
    private static func withoutSecrets(_ text: String) -> String {
        var shown = text
        if let query = shown.firstIndex(of: "?") { shown = shown[..<query] + "?..." }
        if let at = shown.lastIndex(of: "@") { shown = "..." + shown[at...] }
        return shown
    }

    /// What a kubelet puts into every container of a namespace that has a Service by the name of `pulse-` something.
    private static func isServiceLink(_ name: String, _ value: String?) -> Bool {
        name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.contains("_PORT_")
            || (name.hasSuffix("_PORT") && value?.contains("://") == true)
    }

    /// The known name with the smallest edit distance, when it is small enough to be a slip.
    private static func nearest(to name: String) -> String? {
        let best = known.map { ($0, distance(Array(name.utf8), Array($0.utf8))) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
        return best.flatMap { $0.1 <= 3 ? $0.0 : nil }
    }

    /// Levenshtein's edit distance, one row at a time.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
