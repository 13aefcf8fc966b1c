/// What `GET /api/jobs` is asked for.
struct JobsQuery: Equatable, Sendable {
    static let states = ["queued", "started", "failed", "scheduled", "deferred", "finished", "canceled"]
    static let limits = 1...200
    static let usual = 20

    var state = "failed"
    var limit = usual

    static func read(_ query: [String: String]) -> Result<JobsQuery, Invalid> {
        var asked = JobsQuery()
        var problems: [ValidationProblem] = []
        if let state = query["state"] {
            asked.state = state
            if !states.contains(state) {
                let names = states.map { "'\($0)'" }
                let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
                problems.append(ValidationProblem("enum", inQuery: "state", "Input should be \(list)"))
            }
        }
        if let text = query["limit"] {
            if let number = Int(text), limits.contains(number) {
                asked.limit = number
            } else {
                let range = "from \(limits.lowerBound) to \(limits.upperBound)"
                problems.append(
                    ValidationProblem("int_range", inQuery: "limit", "Input should be a whole number \(range)"))
            }
        }
        return problems.isEmpty ? .success(asked) : .failure(Invalid(problems))
    }
}
