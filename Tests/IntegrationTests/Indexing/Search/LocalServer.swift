import Dispatch
import Foundation

/// A server of the local stack, with the real engine in it, in a folder of its own.
final class LocalServer: Sendable {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let url: String
    private let folder: URL
    private let child: SpawnedChild
    private let leash: FileHandle

    /// Runs the body with `python -m local.<name>` on a free port.
    static func with(
        _ name: String, _ arguments: (_ folder: String) -> [String], _ body: (LocalServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pl-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let server = try await LocalServer(name, arguments(folder.path), folder)
        defer { server.remove() }
        try await body(server)
    }

    private init(_ name: String, _ arguments: [String], _ folder: URL) async throws {
        let python = try PythonInterpreter().path
        let root = URL(filePath: #filePath).pathComponents.dropLast(5).joined(separator: "/").dropFirst()
        // The shell ends the server when told to, and also when this process dies: its end of the pipe is then closed.
        let script = #"cd "$1"; shift; "$@" & server=$!; read -r _; kill -9 $server; wait $server 2>/dev/null; exit 0"#
        let (input, leash) = try SpawnedChild.pipe()
        let (output, written) = try SpawnedChild.pipe()
        child = try SpawnedChild(
            ["/bin/sh", "-c", script, "local", String(root), python, "-m", "local.\(name)", "--port", "0"] + arguments,
            input: input.fileDescriptor, errors: written.fileDescriptor)
        try input.close()
        try written.close()
        (self.leash, self.folder) = (leash, folder)
        // "qdrant serves http://127.0.0.1:40123"; on a thread that may wait for it.
        let line = await withCheckedContinuation { continuation in
            DispatchQueue(label: "local").async {
                var bytes = Data()
                while !bytes.contains(0x0A), let more = try? output.read(upToCount: 1), !more.isEmpty { bytes += more }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
        guard let address = line.split(whereSeparator: \.isWhitespace).last, address.hasPrefix("http://") else {
            throw Failure(description: "local.\(name) did not start: \(line)")
        }
        url = String(address)
    }

    private func remove() {
        leash.write(Data("end\n".utf8))
        try? leash.close()
        _ = child.wait()
        try? FileManager.default.removeItem(at: folder)
    }
}
