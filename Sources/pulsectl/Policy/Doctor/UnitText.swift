/// A unit file and its drop-ins, as far as one looks values up in them; the last assignment wins, as in systemd.
struct UnitText {
    private var values: [String: String] = [:]

    /// - Parameter texts: the unit, then its drop-ins in their order.
    init(_ texts: [String]) {
        for text in texts {
            var section = ""
            var joined = ""
            for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                let line = trimmed(raw)
                if line.hasPrefix("#") || line.hasPrefix(";") { continue }
                if line.hasSuffix("\\") {
                    joined += line.dropLast() + " "
                    continue
                }
                let whole = joined + line
                joined = ""
                if whole.hasPrefix("["), whole.hasSuffix("]") {
                    section = String(whole.dropFirst().dropLast())
                } else if let equals = whole.firstIndex(of: "=") {
                    values[section + "." + trimmed(whole[..<equals])] = trimmed(whole[whole.index(after: equals)...])
                }
            }
        }
    }

    /// Of a setting of `[Service]`; nil = not set.
    subscript(name: String) -> String? { values["Service." + name].flatMap { $0.isEmpty ? nil : $0 } }

    /// What ExecStart= names by --env-file.
    var envFile: String? {
        let words = (self["ExecStart"] ?? "").split(separator: " ").map(String.init)
        for (index, word) in words.enumerated() {
            if word == "--env-file", index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix("--env-file=") { return String(word.dropFirst("--env-file=".count)) }
        }
        return nil
    }

    /// What keeps the service's processes from a network that others on this host have.
    var sandbox: String? {
        if let value = self["PrivateNetwork"], ["yes", "true", "on", "1"].contains(value.lowercased()) {
            return "PrivateNetwork=\(value)"
        }
        for name in ["NetworkNamespacePath", "IPAddressDeny", "RestrictNetworkInterfaces"] {
            if let value = self[name] { return "\(name)=\(value)" }
        }
        return nil
    }
}

private func trimmed(_ text: some StringProtocol) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
}
