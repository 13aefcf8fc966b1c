import Synchronization

/// HTTP over libcurl: any number of requests at once, all of them on one thread of their own.
///
/// Connections are kept alive and used again, except such as have been idle for 4 s (Qdrant closes them after 5 s, and a
/// request that meets the close would fail for nothing). Redirects are not followed, the environment's proxy settings
/// are not obeyed. The thread ends when the client is gone.
package final class HTTPClient: Sendable {
    private let loop: CurlLoop
    private let lastID = Atomic<UInt64>(0)

    /// - Parameter proxy: the proxy for all requests; nil for none.
    package init(proxy: String? = nil) {
        loop = CurlLoop(proxy: proxy ?? "")
        loop.start()
    }

    deinit { loop.submit(.stop) }

    /// Sends and waits for the whole answer. Cancelling the task aborts the transfer.
    package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let result: Result<HTTPResponse, HTTPFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(.start(CurlTransfer(id: id, request: request) { continuation.resume(returning: $0) }))
                // A cancellation that came before the line above found nothing to abort.
                if Task.isCancelled { loop.submit(.cancel(id)) }
            }
        } onCancel: {
            loop.submit(.cancel(id))
        }
        return try result.get()
    }
}
