/// The first words on a connection: who we are, which database, and who answers.
struct RedisGreeting {
    struct Answer: Equatable {
        var clientID: Int?
        var runID: String
    }

    let url: RedisURL
    let name: String
    /// The server must be a master; one that is not is named by the sentinels for a moment only.
    let asksForRole: Bool

    var commands: [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password = url.password { commands.append(.authentication(user: url.user, password: password)) }
        if asksForRole { commands.append(["ROLE"]) }
        if url.database != 0 { commands.append(["SELECT", "\(url.database)"]) }
        return commands + [["CLIENT", "SETNAME", "\(name)"], ["CLIENT", "ID"], ["INFO", "server"]]
    }

    func read(_ replies: [RedisReply], from address: RedisAddress) throws(RedisError.Cause) -> Answer {
        for case .error(let text) in replies { throw .replyError(text) }
        if asksForRole {
            let role = replies[url.password == nil ? 0 : 1].array?.first?.text
            guard role == "master" else { throw .failingOver(named: address.description) }
        }
        let info = replies.last?.text ?? ""
        let runID = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }?.dropFirst(7) ?? ""
        return Answer(clientID: replies.dropLast().last?.integer, runID: String(runID))
    }
}

extension RedisCommand {
    static func authentication(user: String?, password: String) -> RedisCommand {
        RedisCommand(["AUTH"] + (user.map { [.text($0)] } ?? []) + [.text(password)])
    }
}
