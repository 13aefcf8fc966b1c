/// How a line leaves the process.
public enum LogFormat: String, Sendable {
    /// `worker.1 warning: text`
    case text
    /// One JSON object a line.
    case json
    /// An entry of its own for journald, with the slot, pid and priority as fields (systemd.journal-fields(7)).
    case journal
    /// `<4>text`, for a supervisor that knows who speaks and puts the rest around it.
    case relay

    /// - Parameters:
    ///   - chosen: `PULSE_LOG_FORMAT`, or nil.
    ///   - isSupervised: our stderr is a supervisor's pipe.
    ///   - isJournal: our stderr is a stream that journald opened for us.
    public static func choose(_ chosen: LogFormat?, isSupervised: Bool, isJournal: Bool) -> LogFormat {
        if isSupervised { return .relay }
        return chosen ?? (isJournal ? .journal : .text)
    }
}

extension LogLine {
    /// - Parameter time: ``at`` in RFC 3339, for the formats that carry it.
    func bytes(_ format: LogFormat, time: @autoclosure () -> String) -> [UInt8] {
        switch format {
        case .text: Array("\(source)\(priority == .info ? "" : " \(priority.name)"): \(text)\n".utf8)
        case .relay: Array("<\(priority.rawValue)>\(text)\n".utf8)
        case .json: Array(json(time: time()).utf8)
        case .journal: Array(journal().utf8)
        }
    }

    private func json(time: String) -> String {
        let process = pid.map { ",\"pid\":\($0)" } ?? ""
        return "{\"time\":\"\(time)\",\"level\":\"\(priority.name)\",\"source\":\"\(Self.escaped(source))\"\(process),"
            + "\"message\":\"\(Self.escaped(text))\"}\n"
    }

    /// The native protocol's simple form: a field a line, which no value can break since none holds a line break.
    private func journal() -> String {
        let process = pid.map { "SYSLOG_PID=\($0)\nPULSE_PID=\($0)\n" } ?? ""
        return
            "MESSAGE=\(text)\nPRIORITY=\(priority.rawValue)\nSYSLOG_IDENTIFIER=\(source)\nPULSE_SLOT=\(source)\n\(process)"
    }

    /// Control characters are gone already; a tab is the only one that stays.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\t": escaped += "\\t"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
