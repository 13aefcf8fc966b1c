/// A response without an end: whoever makes it sends to it for as long as somebody reads.
///
/// A slow reader is never waited for. What it has not read yet waits in a bounded buffer; once that is full the stream ends
/// with `farewell`, so that the reader knows that it has missed something.
public final class HTTPStream {
    /// "application/x-ndjson"
    public let contentType: String
    private let limit: Int
    private let farewell: [UInt8]
    private var pending: [UInt8] = []
    /// Bytes of `pending` that have been handed over already.
    private var taken = 0
    /// Nothing more is taken; what was sent so far still goes out.
    public private(set) var isEnded = false
    /// Nobody reads any more.
    public private(set) var isClosed = false
    /// Called when there is something to send again; set by the server.
    var wake: (() -> Void)?
    /// Called when nothing more is taken, at once if that is so already; set by the server.
    var whenEnded: (() -> Void)? {
        didSet { if isEnded { whenEnded?() } }
    }

    /// - Parameters:
    ///   - limit: bytes that may wait.
    ///   - farewell: what a reader that was too slow is sent last.
    public init(contentType: String, limit: Int = 256 * 1024, farewell: [UInt8] = []) {
        self.contentType = contentType
        self.limit = limit
        self.farewell = farewell
    }

    /// To be read whenever the reader likes; ends the stream when too much waits already.
    public func send(_ bytes: [UInt8]) {
        guard !isEnded, !isClosed else { return }
        if pending.count - taken + bytes.count > limit {
            pending += farewell
            isEnded = true
            whenEnded?()
        } else {
            pending += bytes
        }
        wake?()
    }

    /// What was sent so far still goes out.
    public func end() {
        guard !isEnded else { return }
        isEnded = true
        whenEnded?()
        wake?()
    }

    func close() {
        isClosed = true
        pending = []
        taken = 0
        wake = nil
        whenEnded = nil
    }

    /// Hands over the next bytes, as many as fit.
    func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, pending.count - taken)
        guard count > 0 else { return 0 }
        unsafe buffer.copyBytes(from: pending[taken..<taken + count])
        taken += count
        if taken == pending.count {
            pending = []
            taken = 0
        } else if taken > 64 * 1024 {
            pending.removeFirst(taken)
            taken = 0
        }
        return count
    }
}
