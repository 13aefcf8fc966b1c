import Foundation
import Testing

/// Who may import whom. A file without an import line cannot touch the world; a library that never names another cannot
/// come to depend on it.
@Suite struct `Who may import whom` {
    /// What each target of ours may name; `Glibc`, `Synchronization` and `CLinux` are open to all but `Policy/`.
    private static let allowed: [String: Set<String>] = [
        "Settings": [],
        "Reporting": ["FoundationEssentials"],
        "ProcessLog": ["Logging"],
        "HTTPServing": ["BackgroundWork", "CMicroHTTPD"],
        "BackgroundWork": ["Dispatch"],
        "Supervision": ["FoundationEssentials", "HTTPServing", "ProcessLog", "Reporting", "Logging"],
        "JobQueue": ["BackgroundWork", "CHiredis", "COpenSSL", "CZlib", "Dispatch", "FoundationEssentials"],
        "Indexing": ["BackgroundWork", "CCurl", "CCMark", "COpenSSL", "Dispatch", "FoundationEssentials", "Settings"],
        "SupervisedProcess": ["ArgumentParser", "BackgroundWork", "Logging", "ProcessLog", "Reporting", "Settings"],
        "ServiceWatching": ["Indexing", "JobQueue", "Logging", "Reporting"],
        "pulse-supervisor": [
            "ArgumentParser", "FoundationEssentials", "Logging", "ProcessLog", "Settings", "Supervision", "Reporting",
        ],
        "pulse-worker": [
            "ArgumentParser", "FoundationEssentials", "Indexing", "JobQueue", "Logging", "ProcessLog", "Reporting",
            "ServiceWatching", "Settings", "SupervisedProcess",
        ],
        "pulse-api": [
            "ArgumentParser", "BackgroundWork", "COpenSSL", "HTTPServing", "Indexing", "JobQueue",
            "Logging", "ProcessLog",
            "Reporting", "ServiceWatching", "Settings", "SupervisedProcess",
        ],
        "pulsectl": [
            "ArgumentParser", "Dispatch", "FoundationEssentials", "Indexing", "JobQueue", "Reporting", "Settings",
        ],
    ]
    private static let common: Set<String> = ["Glibc", "Synchronization", "CLinux"]

    @Test func `every target keeps to its list`() throws {
        var seen = 0
        for file in try SourceFile.all() {
            let target = file.components[0]
            let list = try #require(Self.allowed[target], "no import list for the target \(target)")
            let open = list.union(Self.common)
            for module in file.imports where !open.contains(module) {
                Issue.record("\(file.path) imports \(module), which \(target) must not know")
            }
            seen += 1
        }
        #expect(seen > 20, "the sources were not found")
    }

    @Test func `decisions import nothing`() throws {
        for file in try SourceFile.all() where file.components.contains("Policy") {
            #expect(file.imports.isEmpty, "\(file.path) is a decision and must not touch the world")
        }
    }

    @Test func `Foundation, 44 MB of it, stays out`() throws {
        for file in try SourceFile.all() { #expect(!file.imports.contains("Foundation"), "\(file.path)") }
    }
}

private struct SourceFile {
    /// Below `Sources/`.
    let path: String
    let imports: [String]
    var components: [String] { path.split(separator: "/").map(String.init) }

    static func all() throws -> [SourceFile] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let walk = try #require(FileManager.default.enumerator(atPath: root.path()))
        return try walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map { path in
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            return SourceFile(path: path, imports: text.split(separator: "\n").compactMap(module))
        }
    }

    /// The module of `[@attribute] [public|package|internal|private|fileprivate] import [kind] Module[.Sub]`.
    private static func module(_ line: Substring) -> String? {
        let words = line.split(separator: " ").map(String.init)
        guard let at = words.firstIndex(of: "import"), at + 1 < words.count else { return nil }
        let access: Set = ["public", "package", "internal", "private", "fileprivate"]
        guard words[..<at].allSatisfy({ $0.hasPrefix("@") || access.contains($0) }) else { return nil }
        let kinds: Set = ["struct", "class", "enum", "func", "protocol", "var", "let", "typealias"]
        let name = kinds.contains(words[at + 1]) && at + 2 < words.count ? words[at + 2] : words[at + 1]
        return name.split(separator: ".").first.map(String.init)
    }
}
