import Dispatch
import Foundation

/// Real python-rq, run against a test's server. `r` is the connection, `q` the queue `indexing`.
struct QueuePython {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let interpreter: String
    private let socket: String

    init(server: QueueServer) throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path =
            ProcessInfo.processInfo.environment["PULSE_PYTHON"]
            ?? package.appendingPathComponent(".cache/venv/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(description: "no Python with rq at \(path): run scripts/install-deps, or set PULSE_PYTHON")
        }
        interpreter = path
        socket = server.socket
    }

    /// Runs the lines and returns what they print, without the last line break.
    @discardableResult
    func callAsFunction(_ script: String) async throws -> String {
        // On a thread of its own: it waits for another process, and the tests share two threads.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "python").async { continuation.resume(with: Result { try run(script) }) }
        }
    }

    private func run(_ script: String) throws -> String {
        let (output, written) = try SpawnedChild.pipe()
        // What Python complains about follows what it printed, and is shown only when it fails.
        let child = try SpawnedChild(
            [interpreter, "-c", Self.prelude(socket) + script], output: written.fileDescriptor,
            errors: written.fileDescriptor)
        try written.close()
        let printed = try output.readToEnd() ?? Data()
        try output.close()
        let text = String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard child.wait() == 0 else { throw Failure(description: text) }
        return text
    }

    private static func prelude(_ socket: String) -> String {
        """
        import json, pickle, sys, types, zlib, redis, logging
        from rq import Queue, Retry, SimpleWorker, Worker
        from rq.job import Job
        from rq.registry import *
        logging.disable(logging.CRITICAL)
        r = redis.Redis(unix_socket_path='\(socket)')
        q = Queue('indexing', connection=r)
        def put(n=0, **kw):
            doc = {'url': f'https://example.com/{n}', 'markdown': f'# {n}', 'html': '<p>'}
            return q.enqueue('worker.index_document_job', doc, job_timeout='10m', job_id=f'job-{n}', **kw)
        def job(id): return Job.fetch(id, connection=r)

        """
    }
}
