internal import CMicroHTTPD

/// A stream and the connection that reads it: gives libmicrohttpd bytes while there are some, and lets the connection sleep
/// while there are none. (A reader that returns nothing without sleeping would be asked again without end.)
@safe final class StreamReader {
    let stream: HTTPStream
    private let connection: OpaquePointer
    private(set) var isAsleep = false
    private let onWake: () -> Void

    init(_ stream: HTTPStream, connection: OpaquePointer, onWake: @escaping () -> Void) {
        self.stream = stream
        unsafe self.connection = connection
        self.onWake = onWake
        stream.wake = { [unowned self] in wake() }
    }

    func wake() {
        guard isAsleep else { return }
        isAsleep = false
        unsafe MHD_resume_connection(connection)
        onWake()
    }

    /// - Returns: how many bytes were written; 0 = asleep; `pulse_http_end` = that was all.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = unsafe stream.take(into: buffer)
        if count > 0 { return count }
        if stream.isEnded || stream.isClosed { return pulse_http_end }
        isAsleep = true
        unsafe MHD_suspend_connection(connection)
        return 0
    }
}

let readStream: MHD_ContentReaderCallback = { context, _, buffer, room in
    guard let context = unsafe context, let buffer = unsafe buffer else { return pulse_http_end }
    let reader = unsafe Unmanaged<StreamReader>.fromOpaque(context).takeUnretainedValue()
    return unsafe reader.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: room))
}

let freeStream: MHD_ContentReaderFreeCallback = { context in
    guard let context = unsafe context else { return }
    let reader = unsafe Unmanaged<StreamReader>.fromOpaque(context).takeRetainedValue()
    reader.stream.close()
}
