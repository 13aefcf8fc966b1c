/// From what the operator wrote to the programs that run.
public enum Programs {
    /// - Parameters:
    ///   - worker: path of the worker's binary.
    ///   - workers: how many of it, unless `scale` says otherwise.
    ///   - api: path of the front's binary; nil = there is no front.
    ///   - scale: counts by program name.
    ///   - notifying: names of the Procfile's programs that say READY=1 themselves.
    ///   - deathSignalTool: path of setpriv, or nil.
    /// - Throws: ``ProgramsError`` for a name that nothing has.
    public static func make(
        worker: String, workers: Int, api: String? = nil, procfile: [Procfile.Line], scale: [String: Int],
        notifying: Set<String>,
        startTimeout: Nanoseconds, watchdog: Nanoseconds, deathSignalTool: String?
    ) throws(ProgramsError) -> [Program] {
        let names = Set(procfile.map(\.name))
        if api != nil, names.contains(Program.api) {
            throw ProgramsError("--procfile: the name 'api' is Pulse's own while PULSE_API is on; use another")
        }
        let all = names.union(api == nil ? [Program.worker] : [Program.worker, Program.api])
        for name in scale.keys.sorted() where !all.contains(name) {
            throw ProgramsError("--scale \(name): no such program; there are \(list(all))")
        }
        for name in notifying.sorted() where !names.contains(name) {
            throw ProgramsError("--notify \(name): no such program in the Procfile; there are \(list(names))")
        }
        var programs = [
            Program(
                name: Program.worker, kind: .worker, count: scale[Program.worker] ?? workers, command: [worker],
                readiness: .notified(within: startTimeout), watchdog: watchdog)
        ]
        if let api {
            programs.append(
                Program(
                    name: Program.api, kind: .api, count: scale[Program.api] ?? 1, command: [api],
                    readiness: .notified(within: startTimeout), watchdog: watchdog))
        }
        for line in procfile {
            let command = ShellCommand(line.command)
            programs.append(
                Program(
                    name: line.name, kind: .procfile(hasOperators: command.hasOperators), count: scale[line.name] ?? 1,
                    command: command.arguments(deathSignalTool: deathSignalTool),
                    readiness: notifying.contains(line.name) ? .notified(within: startTimeout) : .after(.seconds(1))))
        }
        guard programs.contains(where: { $0.count > 0 }) else {
            throw ProgramsError(
                "nothing to run: PULSE_WORKERS is 0, PULSE_API is off and there is no Procfile program; set one of them"
            )
        }
        return programs
    }

    private static func list(_ names: Set<String>) -> String {
        names.isEmpty ? "none" : names.sorted().joined(separator: ", ")
    }
}

public struct ProgramsError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
