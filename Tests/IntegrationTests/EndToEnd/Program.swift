import CLinux
import Dispatch
import Foundation
import Synchronization

/// The built programs, which stand beside the tests.
enum Program: String {
    case supervisor = "pulse-supervisor"
    case api = "pulse-api"
    case control = "pulsectl"
    case misbehavingChild = "misbehaving-child"

    var path: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: rawValue).path
    }

    /// What a program that has ended printed, both streams in one, and its exit status.
    struct Outcome: Sendable {
        var status: Int32
        var text: String
    }

    /// Runs to the end, on a thread of its own.
    static func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "program").async {
                continuation.resume(
                    with: Result {
                        let (output, written) = try SpawnedChild.pipe()
                        let child = try SpawnedChild(
                            arguments, environment: environment.map { "\($0)=\($1)" },
                            output: written.fileDescriptor, errors: written.fileDescriptor)
                        try written.close()
                        let printed = try output.readToEnd() ?? Data()
                        try output.close()
                        return Outcome(status: child.wait(), text: String(decoding: printed, as: UTF8.self))
                    })
            }
        }
    }
}

/// When a process ended, seen by the kernel's own event, whoever's child it is.
final class Ending: Sendable {
    private let moment = Mutex<ContinuousClock.Instant?>(nil)

    var at: ContinuousClock.Instant? { moment.withLock { $0 } }

    init(of pid: pid_t) {
        let descriptor = pulse_pidfd_open(pid)
        guard descriptor >= 0 else {
            moment.withLock { $0 = .now }
            return
        }
        Thread.detach { [self] in
            var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            while unsafe poll(&events, 1, -1) < 0, errno == EINTR {}
            moment.withLock { $0 = .now }
            close(descriptor)
        }
    }
}
