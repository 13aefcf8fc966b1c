import Foundation

@testable import JobQueue

/// What Swift and Python hand to one another: pairs of a pickle and its value in a form without ambiguity, which
/// `pickle-peer.py` describes.
struct PickleExchange {
    struct Pair {
        let pickle: [UInt8]
        /// The value as `plain` writes it, or words of its refusal.
        let expected: [UInt8]
    }

    private static let peer = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("pickle-peer.py").path

    private let python: PythonInterpreter

    init() throws { python = try PythonInterpreter() }

    /// What Python writes when it is asked for this.
    func pairs(_ arguments: String...) async throws -> [Pair] {
        try await withFile { file in
            _ = try await python.run([Self.peer] + arguments + [file.path])
            return Self.pairs(in: [UInt8](try Data(contentsOf: file)))
        }
    }

    /// What Python finds wrong, one line for each; the last line says how many it looked at. `how` is `check`, or `same`
    /// for pickles that shall be Python's own byte for byte.
    func lines(_ how: String, _ pairs: [Pair]) async throws -> [String] {
        try await withFile { file in
            var content: [UInt8] = []
            for pair in pairs {
                for part in [pair.pickle, pair.expected] {
                    for shift in [0, 8, 16, 24] { content.append(UInt8(part.count >> shift & 0xff)) }
                    content += part
                }
            }
            try Data(content).write(to: file)
            return try await python.run([Self.peer, how, file.path]).split(separator: "\n").map(String.init)
        }
    }

    private func withFile<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pulse-pickles-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        return try await body(file)
    }

    private static func pairs(in content: [UInt8]) -> [Pair] {
        var parts: [[UInt8]] = []
        var place = 0
        while place + 4 <= content.count {
            let length = (0..<4).reduce(0) { $0 | Int(content[place + $1]) << (8 * $1) }
            parts.append(Array(content[(place + 4)..<(place + 4 + length)]))
            place += 4 + length
        }
        return stride(from: 0, to: parts.count - 1, by: 2).map { Pair(pickle: parts[$0], expected: parts[$0 + 1]) }
    }

    /// The value as bytes that no other value has.
    static func plain(_ value: PickleValue) -> [UInt8] {
        var output: [UInt8] = []
        write(value, to: &output)
        return output
    }

    private static func write(_ value: PickleValue, to output: inout [UInt8]) {
        switch value {
        case .none: output += "N".utf8
        case .bool(let flag): output += (flag ? "T" : "F").utf8
        case .int(let number): output += "i\(number);".utf8
        case .double(let number):
            output += "f".utf8
            for shift in (0..<8).reversed() { output.append(UInt8(number.bitPattern >> (8 * UInt64(shift)) & 0xff)) }
        case .string(let text):
            output += "s\(text.utf8.count):".utf8
            output += text.utf8
        case .bytes(let bytes):
            output += "b\(bytes.count):".utf8
            output += bytes
        case .list(let items): write(items, between: "[", "]", to: &output)
        case .tuple(let items): write(items, between: "(", ")", to: &output)
        case .dict(let entries):
            write(entries.flatMap { [.string($0.key), $0.value] }, between: "{", "}", to: &output)
        }
    }

    private static func write(_ items: [PickleValue], between open: String, _ close: String, to output: inout [UInt8]) {
        output += open.utf8
        for item in items { write(item, to: &output) }
        output += close.utf8
    }
}
