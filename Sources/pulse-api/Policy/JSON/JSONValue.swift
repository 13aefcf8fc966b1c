/// A JSON text's value, members in their order.
enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A fraction, an exponent, or too large for an integer.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Equatable, Sendable {
        var name: String
        var value: JSONValue

        init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// A member's value; of two with one name the last, as Python's `json` has it.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        // By bytes: texts are compared by their meaning, for which a long run of marks takes long.
        return members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// A whole number, also when it is written as 200.0 or 2e2.
    var wholeNumber: Int? {
        switch self {
        case .integer(let number): return number
        case .number(let number): return Int(exactly: number)
        case .null, .bool, .string, .array, .object: return nil
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
    init(nilLiteral: ()) { self = .null }

    init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
}
