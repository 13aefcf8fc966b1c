import Glibc
import Settings
import Supervision

/// What the fleet runs.
extension Launch {
    func programs(
        _ settings: Settings, _ procfile: [Procfile.Line], hasFront: Bool
    ) throws(StartError) -> [Program] {
        let worker = command.worker ?? Self.sibling("pulse-worker")
        let api = command.api ?? Self.sibling("pulse-api")
        let programs: [Program]
        do {
            programs = try Programs.make(
                worker: worker, workers: settings.workers, api: hasFront ? api : nil, procfile: procfile,
                scale: try scale(),
                notifying: Set(command.notify), startTimeout: settings.startTimeout, watchdog: settings.watchdog,
                deathSignalTool: deathSignalTool)
        } catch let error as ProgramsError {
            throw .configuration(error.description)
        } catch let error as StartError {
            throw error
        } catch {
            throw .internalFault("\(error)")
        }
        try checkExecutable(.worker, worker, "the worker", installed: "pulse-worker", named: "--worker", in: programs)
        try checkExecutable(.api, api, "the API", installed: "pulse-api", named: "--api", in: programs)
        return programs
    }

    private func checkExecutable(
        _ kind: Program.Kind, _ path: String, _ what: String, installed name: String, named option: String,
        in programs: [Program]
    ) throws(StartError) {
        guard programs.contains(where: { $0.kind == kind && $0.count > 0 }), Self.firstExecutable([path]) == nil else {
            return
        }
        throw .configuration(
            "\(what) \(path): \(unsafe String(cString: strerror(errno))); install \(name) beside this program or name it "
                + "with \(option)")
    }

    /// `name=n` by name; the last of two for one name wins.
    private func scale() throws(StartError) -> [String: Int] {
        var counts: [String: Int] = [:]
        for text in command.scale {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let count = Int(parts[1]), (0...256).contains(count) else {
                throw .configuration("--scale \(text): takes name=n with n from 0 to 256")
            }
            counts[String(parts[0])] = count
        }
        return counts
    }
}
