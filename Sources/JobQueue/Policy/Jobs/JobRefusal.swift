/// Why a job will never run here, however often it is tried. The text ends up in RQ's failed registry.
public enum JobRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case compression(CompressionError)
    case pickle(PickleError)
    case json(String)
    /// Another function's job, with arguments that only Python could build.
    case foreignData(function: String, PickleError)
    case shape(String)
    case unknownFunction(String)
    /// A method call: `instance` is a pickled Python object.
    case instance(function: String, type: String)
    case callbacks(function: String, names: [String])
    case arguments(String)

    public var description: String {
        switch self {
        case .compression(let error): "the job's data cannot be read: \(error)"
        case .pickle(let error): "the job's data cannot be read: \(error)"
        case .json(let reason): "the job's data cannot be read: \(reason)"
        case .foreignData(let function, let error):
            "refused: this queue's workers do not know the function \"\(Self.quoted(function))\", nor can they read its "
                + "arguments (\(error)). " + Self.policy
        case .shape(let what):
            "the job's data is not RQ's (function, instance, args, kwargs): \(what)"
        case .unknownFunction(let name):
            "refused: this queue's workers do not know the function \"\(Self.quoted(name))\". "
                + "Known: \(JobCodec.knownFunctions.joined(separator: ", ")). " + Self.policy
        case .instance(let function, let type):
            "refused: \"\(Self.quoted(function))\" is called on an instance (\(type)), which only Python could build. "
                + Self.policy
        case .callbacks(let function, let names):
            "refused: \"\(Self.quoted(function))\" asks for the Python callback "
                + names.map { "\"\(Self.quoted($0))\"" }.joined(separator: ", ") + ", which Pulse cannot run. "
                + Self.policy
        case .arguments(let what): "the job's arguments are wrong: \(what)"
        }
    }

    private static let policy =
        "Enqueue it on a queue that Python workers serve, or have it moved there: PULSE_UNKNOWN_JOBS=route:<queue>"

    /// Work for a Python worker rather than a mistake: another function, a callback, a method of an object.
    public var isForeign: Bool {
        switch self {
        case .unknownFunction, .instance, .callbacks, .foreignData: true
        case .compression, .pickle, .json, .shape, .arguments: false
        }
    }

    /// A name out of the queue, safe to print: no line break or control character, and not endless.
    static func quoted(_ name: String) -> String {
        let printable = name.unicodeScalars.prefix(120).map { scalar -> Character in
            scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar == "\"" ? "?" : Character(scalar)
        }
        return String(printable) + (name.unicodeScalars.count > 120 ? "..." : "")
    }
}
