/// What is wrong with one part of a body, in the words that the replaced service's clients know.
struct ValidationProblem: Equatable, Sendable {
    enum Step: Equatable, Sendable {
        case name(String)
        case index(Int)
    }

    var type: String
    /// "body", or "query" for what stands behind the question mark.
    var source = "body"
    var location: [Step]
    var message: String

    init(_ type: String, at location: [Step], _ message: String) {
        self.type = type
        self.location = location
        self.message = message
    }

    /// Of an argument in the query.
    init(_ type: String, inQuery name: String, _ message: String) {
        self.init(type, at: [.name(name)], message)
        source = "query"
    }

    init(_ problem: JSONParser.Problem) {
        self.init("json_invalid", at: [.index(problem.position)], "JSON decode error: \(problem.what)")
    }

    var json: JSONValue {
        let steps = location.map { step -> JSONValue in
            switch step {
            case .name(let name): .string(name)
            case .index(let index): .integer(index)
            }
        }
        return ["type": .string(type), "loc": .array([.string(source)] + steps), "msg": .string(message)]
    }
}

/// All that is wrong with a body.
struct Invalid: Error, Equatable {
    var problems: [ValidationProblem]

    /// As many as anybody reads.
    private static let most = 100

    init(_ problems: [ValidationProblem]) { self.problems = Array(problems.prefix(Self.most)) }

    var json: JSONValue { ["detail": .array(problems.map(\.json))] }
}
