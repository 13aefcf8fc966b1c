/// Real python-rq, run against a test's server. `r` is the connection, `q` the queue `indexing`.
struct QueuePython {
    private let interpreter: PythonInterpreter
    private let socket: String

    init(server: QueueServer) throws {
        interpreter = try PythonInterpreter()
        socket = server.socket
    }

    /// Runs the lines and returns what they print, without the last line break.
    @discardableResult
    func callAsFunction(_ script: String) async throws -> String {
        try await interpreter.run(["-c", Self.prelude(socket) + script])
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
