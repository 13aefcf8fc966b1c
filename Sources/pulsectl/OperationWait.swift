import ArgumentParser
import Reporting

/// Follows a restart, a scaling or a reload to its end.
struct OperationWait: ParsableArguments {
    @Flag(name: .customLong("no-wait"), help: "Return at once instead of waiting for the end.")
    var isImmediate = false

    private static let pause = Duration.milliseconds(150)

    /// Prints what is being done, and throws exit status 1 when it came to nothing.
    func follow(_ begun: OperationStatus, _ client: SupervisorClient) async throws {
        var operation = begun
        var shown = ""
        while true {
            let line = Self.line(operation)
            if line != shown, !(isImmediate && operation.state == .running) {
                print(line)
                shown = line
            }
            if operation.state != .running { break }
            if isImmediate {
                print("\(operation.kind): begun, operation \(operation.id)")
                return
            }
            try await Task.sleep(for: Self.pause)
            operation = try await client.operation(operation.id)
        }
        if operation.state != .done { throw ExitCode(1) }
    }

    private static func line(_ operation: OperationStatus) -> String {
        let count =
            switch (operation.done, operation.total) {
            case (let done?, let total?): " (\(done)/\(total) done)"
            default: ""
            }
        let state = operation.state == .running || operation.state == .done ? "" : "\(operation.state.rawValue): "
        return "\(operation.kind): \(state)\(operation.detail)\(count)"
    }
}
