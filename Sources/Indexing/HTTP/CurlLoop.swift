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
        let isOpen = mailbox.withLock { box in
            if !box.isClosed { box.commands.append(command) }
            return !box.isClosed
        }
        if isOpen {
            unsafe curl_multi_wakeup(multi)
        } else if case .start(let transfer) = command {
            transfer.refuse("no thread for HTTP")
        }
    }

    func start() {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(self)
        let result = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let loop = unsafe Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue()
                loop.run()
                return nil
            }, box.toOpaque())
        if result == 0 {
            pthread_detach(thread)
        } else {
            // Without a thread nobody would ever answer: whoever asks is told at once.
            unsafe box.release()
            mailbox.withLock { $0.isClosed = true }
        }
    }

    private func run() {
        var transfers: [UInt64: CurlTransfer] = [:]
        while true {
            let commands = mailbox.withLock { box in
                defer { box.commands.removeAll(keepingCapacity: true) }
                return box.commands
            }
            for command in commands {
                switch command {
                case .start(let transfer):
                    if unsafe transfer.begin(on: multi, proxy: proxy) { transfers[transfer.id] = transfer }
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
            finishDone(&transfers)
            // Wakes for sockets, for curl's own timers and for `submit`.
            unsafe curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
    }

    private func finishDone(_ transfers: inout [UInt64: CurlTransfer]) {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let handle = unsafe message.pointee.easy_handle else {
                continue
            }
            let code = unsafe message.pointee.data.result
            guard let id = unsafe CurlTransfer.id(of: handle) else { continue }
            unsafe transfers.removeValue(forKey: id)?.finish(code, on: multi)
        }
    }
}
