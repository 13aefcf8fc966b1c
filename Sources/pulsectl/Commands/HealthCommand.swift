import ArgumentParser
import Reporting

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "One line on health: exit 0 healthy, 1 degraded, 2 unhealthy, 3 no supervisor.")

    @OptionGroup var supervisor: SupervisorOptions

    func run() async throws {
        try await ExitStatus.with {
            let status = try await supervisor.client().status()
            print(status.summary)
            for (name, service) in status.services.sorted(by: { $0.key < $1.key }) where service.state != .healthy {
                print("  \(name) \(service.state.rawValue)\(service.reason.map { ": " + $0 } ?? "")")
                if let remedy = service.remedy { print("    -> \(remedy)") }
            }
            switch status.status {
            case .healthy: return
            case .degraded: throw ExitCode(1)
            case .unhealthy: throw ExitCode(2)
            }
        }
    }
}
