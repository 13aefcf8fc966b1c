import BackgroundWork
import CCurl
import Glibc
import Synchronization

/// The thread that owns the multi handle. Others only put commands into the mailbox and wake it.
@safe final class CurlLoop: Sendable {
    enum Command: Sendable {
        case start(CurlTransfer)
        case cancel(UInt64)
        case stop
    }

    private struct Mailbox {
        var commands: [Command] = []
        /// The thread is gone or never came.
        var isClosed = false
    }

    /// Handles kept for later transfers; more than these are made when needed and given up afterwards.
    private static let mostIdleHandles = 16

    private let mailbox = Mutex(Mailbox())
    /// Touched by the thread alone, but for `curl_multi_wakeup`, which may be called from anywhere.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer?
    private let proxy: String

    init(proxy: String) {
        self.proxy = proxy
        curl_global_init(Int(CURL_GLOBAL_ALL))
        unsafe multi = curl_multi_init()
        unsafe pulse_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
    }

    deinit { unsafe curl_multi_cleanup(multi) }

    func submit(_ command: Command) {
        let (isOpen, isFirst) = mailbox.withLock { box in
            if !box.isClosed { box.commands.append(command) }
            return (!box.isClosed, box.commands.count == 1)
        }
        if isOpen {
            // The thread takes all that has gathered: one call wakes it for whatever comes until then.
            if isFirst { unsafe curl_multi_wakeup(multi) }
        } else if case .start(let transfer) = command {
            transfer.refuse("no thread for HTTP")
        }
    }

    func start() {
        // Without a thread nobody would ever answer: whoever asks is told at once.
        if !PlainThread.start({ self.run() }) { mailbox.withLock { $0.isClosed = true } }
    }

    private func run() {
        var transfers: [UInt64: CurlTransfer] = [:]
        var idle: [CurlHandle] = []
        while true {
            let commands = mailbox.withLock { box in
                defer { box.commands.removeAll(keepingCapacity: true) }
                return box.commands
            }
            for command in commands {
                switch command {
                case .start(let transfer):
                    let handle = idle.popLast() ?? CurlHandle(proxy: proxy)
                    if unsafe transfer.begin(on: multi, handle) { transfers[transfer.id] = transfer }
                case .cancel(let id):
                    unsafe transfers.removeValue(forKey: id)?.cancel(on: multi)
                case .stop:
                    for transfer in transfers.values { unsafe transfer.cancel(on: multi) }
                    mailbox.withLock { $0.isClosed = true }
                    return
                }
            }
            var running: Int32 = 0
            unsafe curl_multi_perform(multi, &running)
            finishDone(&transfers, &idle)
            // Wakes for sockets, for curl's own timers and for `submit`.
            unsafe curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
    }

    private func finishDone(_ transfers: inout [UInt64: CurlTransfer], _ idle: inout [CurlHandle]) {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let handle = unsafe message.pointee.easy_handle else {
                continue
            }
            let code = unsafe message.pointee.data.result
            guard let id = unsafe CurlTransfer.id(of: handle), let transfer = transfers.removeValue(forKey: id) else {
                continue
            }
            Self.keep(unsafe transfer.finish(code, on: multi), in: &idle)
        }
    }

    private static func keep(_ handle: CurlHandle?, in idle: inout [CurlHandle]) {
        if let handle, idle.count < mostIdleHandles { idle.append(handle) }
    }
}
