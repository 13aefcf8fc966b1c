/// Turns the graph into a value: children before parents, each node once, without recursion.
///
/// A node used twice is expanded once and shared in memory, but counted each time: whoever walks the value walks it each
/// time. That count, kept without overflow, is what refuses thirty lists of two references each ("billion laughs").
struct PickleExpansion {
    private enum Progress {
        case untouched
        case open
        case done(value: PickleValue, nodes: Int, bytes: Int, height: Int)
    }

    private let graph: PickleGraph
    private let bytes: [UInt8]
    private let skippedKeys: Set<String>
    private var progress: [Progress]

    init(graph: PickleGraph, bytes: [UInt8], skippedKeys: Set<String>) {
        self.graph = graph
        self.bytes = bytes
        self.skippedKeys = skippedKeys
        progress = Array(repeating: .untouched, count: graph.nodes.count)
    }

    mutating func value(of root: Int) throws(PickleError) -> PickleValue {
        var pending = [root]
        while let index = pending.last {
            switch progress[index] {
            case .done:
                pending.removeLast()
            case .open:
                pending.removeLast()
                progress[index] = try assemble(index)
            case .untouched:
                progress[index] = .open
                for child in children(of: index) {
                    switch progress[child] {
                    case .untouched: pending.append(child)
                    case .open:
                        // Open means: on the path from the root to here.
                        throw .malformed("a container holds itself", offset: bytes.count)
                    case .done: break
                    }
                }
            }
        }
        guard case .done(let value, _, _, _) = progress[root] else {
            throw .malformed("no value", offset: bytes.count)
        }
        return value
    }

    private func children(of index: Int) -> [Int] {
        switch graph.nodes[index] {
        case .none, .bool, .int, .double, .text, .bytes: []
        case .list(let children), .tuple(let children): children
        case .dict(let flat) where skippedKeys.isEmpty: flat
        case .dict(let flat):
            stride(from: 0, to: flat.count, by: 2).filter { !isSkipped(flat[$0]) }.flatMap { [flat[$0], flat[$0 + 1]] }
        }
    }

    private func isSkipped(_ key: Int) -> Bool {
        guard !skippedKeys.isEmpty, case .text(let range) = graph.nodes[key] else { return false }
        return skippedKeys.contains { $0.utf8.elementsEqual(bytes[range]) }
    }

    private mutating func assemble(_ index: Int) throws(PickleError) -> Progress {
        switch graph.nodes[index] {
        case .none: return leaf(.none, bytes: 0)
        case .bool(let value): return leaf(.bool(value), bytes: 0)
        case .int(let value): return leaf(.int(value), bytes: 0)
        case .double(let value): return leaf(.double(value), bytes: 0)
        case .text(let range): return leaf(.string(try text(range)), bytes: range.count)
        case .bytes(let range): return leaf(.bytes(Array(bytes[range])), bytes: range.count)
        case .list, .tuple, .dict: return try container(index)
        }
    }

    /// A Python text may hold lone surrogates, which it writes as if they were characters (`surrogatepass`); no other text
    /// can, so they become U+FFFD. Any other byte that is not UTF-8 was written by nobody: Python would refuse it too.
    private func text(_ range: Range<Int>) throws(PickleError) -> String {
        if let text = String(validating: bytes[range], as: UTF8.self) { return text }
        var mended: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if index + 2 < range.upperBound, bytes[index] == 0xED, (0xA0...0xBF).contains(bytes[index + 1]),
                (0x80...0xBF).contains(bytes[index + 2])
            {
                mended += [0xEF, 0xBF, 0xBD]
                index += 3
            } else {
                mended.append(bytes[index])
                index += 1
            }
        }
        guard let text = String(validating: mended, as: UTF8.self) else {
            throw .malformed("its text is not UTF-8", offset: range.lowerBound)
        }
        return text
    }

    private func leaf(_ value: PickleValue, bytes: Int) -> Progress {
        .done(value: value, nodes: 1, bytes: bytes, height: 1)
    }

    private mutating func container(_ index: Int) throws(PickleError) -> Progress {
        var values: [PickleValue] = []
        var (total, size, height) = (1, 0, 0)
        for child in children(of: index) {
            guard case .done(let value, let nodes, let bytes, let below) = progress[child] else {
                throw .malformed("a container holds itself", offset: self.bytes.count)
            }
            values.append(value)
            (total, size, height) = (total + nodes, size + bytes, max(height, below))
            // Each summand is already below its limit, so the sums cannot overflow.
            guard total <= graph.limits.nodes else {
                throw .tooMuch(
                    "values after expanding shared references", limit: graph.limits.nodes, offset: self.bytes.count)
            }
            guard size <= graph.limits.bytes else {
                throw .tooMuch(
                    "bytes after expanding shared references", limit: graph.limits.bytes, offset: self.bytes.count)
            }
        }
        guard height < graph.limits.depth else {
            throw .tooMuch("nested containers", limit: graph.limits.depth, offset: bytes.count)
        }
        return .done(value: shape(index, values), nodes: total, bytes: size, height: height + 1)
    }

    private func shape(_ index: Int, _ values: [PickleValue]) -> PickleValue {
        switch graph.nodes[index] {
        case .list: return .list(values)
        case .tuple: return .tuple(values)
        case .none, .bool, .int, .double, .text, .bytes: return .none
        case .dict:
            var entries: [PickleValue.Entry] = []
            // By their bytes: a String equals any that looks the same, and then one of two keys would be lost.
            var places: [[UInt8]: Int] = [:]
            for pair in stride(from: 0, to: values.count, by: 2) {
                guard case .string(let key) = values[pair] else { continue }
                let bytes = Array(key.utf8)
                if let place = places[bytes] {
                    entries[place].value = values[pair + 1]  // Python: the last one wins, the first one's place stays
                } else {
                    places[bytes] = entries.count
                    entries.append(PickleValue.Entry(key, values[pair + 1]))
                }
            }
            return .dict(entries)
        }
    }
}
