/// A Python value that is data and nothing else: what a pickle of Pulse's jobs can hold.
///
/// Values are trees: a pickle's shared references are expanded when it is decoded, its cycles are refused.
public indirect enum PickleValue: Equatable, Sendable {
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([PickleValue])
    case tuple([PickleValue])
    /// Keys in Python's insertion order, each once.
    case dict([Entry])

    /// One key of a dict with its value.
    public struct Entry: Equatable, Sendable {
        public var key: String
        public var value: PickleValue

        public init(_ key: String, _ value: PickleValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value under a key, when this is a dict that has it.
    public subscript(key: String) -> PickleValue? {
        guard case .dict(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// Python's name for the type, as an error shows it.
    public var typeName: String {
        switch self {
        case .none: "None"
        case .bool: "bool"
        case .int: "int"
        case .double: "float"
        case .string: "str"
        case .bytes: "bytes"
        case .list: "list"
        case .tuple: "tuple"
        case .dict: "dict"
        }
    }
}

extension PickleValue: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, PickleValue)...) {
        self = .dict(elements.map { Entry($0.0, $0.1) })
    }
}
