import Dispatch
import Foundation

/// The Python that has what RQ's producers have.
struct PythonInterpreter {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let path: String

    init() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        path =
            ProcessInfo.processInfo.environment["PULSE_PYTHON"]
            ?? package.appendingPathComponent(".cache/venv/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(description: "no Python with rq at \(path): run scripts/install-deps, or set PULSE_PYTHON")
        }
    }

    /// Runs it with these arguments and returns what it prints, without the last line break.
    func run(_ arguments: [String]) async throws -> String {
        // On a thread of its own: it waits for another process, and the tests share two threads.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "python").async { continuation.resume(with: Result { try wait(arguments) }) }
        }
    }

    private func wait(_ arguments: [String]) throws -> String {
        let (output, written) = try SpawnedChild.pipe()
        // What Python complains about follows what it printed, and is shown only when it fails.
        let child = try SpawnedChild(
            [path] + arguments, output: written.fileDescriptor, errors: written.fileDescriptor)
        try written.close()
        let printed = try output.readToEnd() ?? Data()
        try output.close()
        let text = String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard child.wait() == 0 else { throw Failure(description: text) }
        return text
    }
}
