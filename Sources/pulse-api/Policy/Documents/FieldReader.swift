/// Reads the members of a JSON object, each under any of its spellings, and collects what is wrong. Members that nobody asks
/// for are ignored. A member that is null counts as missing where it may be.
struct FieldReader {
    private var members: [String: JSONValue] = [:]
    private let location: [ValidationProblem.Step]
    private(set) var problems: [ValidationProblem] = []

    /// - Parameter location: where the object stands in the body.
    init(_ value: JSONValue?, at location: [ValidationProblem.Step] = []) {
        self.location = location
        guard case .object(let list)? = value else {
            note("model_attributes_type", nil, "Input should be a valid dictionary or object to extract fields from")
            return
        }
        for member in list { members[member.name] = member.value }
    }

    /// The first spelling that stands there, and its value.
    func find(_ names: [String]) -> (name: String, value: JSONValue)? {
        for name in names {
            if let value = members[name] { return (name, value) }
        }
        return nil
    }

    /// It is there, and is not null.
    func has(_ name: String) -> Bool { members[name].map { $0 != .null } ?? false }

    mutating func note(_ type: String, _ name: String?, _ message: String) {
        problems.append(ValidationProblem(type, at: location + (name.map { [.name($0)] } ?? []), message))
    }

    mutating func noteMissing(_ name: String) { note("missing", name, "Field required") }

    /// A text that must be there; "" stands for one that is wrong, which is noted.
    mutating func requiredText(_ names: String...) -> String {
        guard let (name, value) = find(names) else {
            noteMissing(names[0])
            return ""
        }
        guard let text = value.text else {
            note("string_type", name, "Input should be a valid string")
            return ""
        }
        if text.isEmpty { note("string_too_short", name, "String should have at least 1 character") }
        return text
    }

    mutating func text(_ names: String...) -> String? {
        guard let (name, value) = find(names), value != .null else { return nil }
        if value.text == nil { note("string_type", name, "Input should be a valid string") }
        return value.text
    }

    /// A whole number, or one in a string, as the replaced service took it.
    mutating func number(_ names: String...) -> Int? {
        guard let (name, value) = find(names), value != .null else { return nil }
        if let number = value.wholeNumber { return number }
        if let text = value.text {
            if let number = Self.digits(text) { return number }
            note("int_parsing", name, "Input should be a valid integer, unable to parse string as an integer")
        } else {
            note("int_type", name, "Input should be a valid integer")
        }
        return nil
    }

    private static func digits(_ text: String) -> Int? {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// A whole number in these bounds; nil when it is missing.
    mutating func number(_ name: String, _ bounds: ClosedRange<Int>) -> Int? {
        guard let value = members[name], value != .null else { return nil }
        guard let number = value.wholeNumber else {
            note("int_type", name, "Input should be a valid integer")
            return nil
        }
        if number < bounds.lowerBound {
            note("greater_than_equal", name, "Input should be greater than or equal to \(bounds.lowerBound)")
        } else if number > bounds.upperBound {
            note("less_than_equal", name, "Input should be less than or equal to \(bounds.upperBound)")
        }
        return number
    }

    mutating func flag(_ names: String...) -> Bool? {
        guard let (name, value) = find(names), value != .null else { return nil }
        switch value {
        case .bool(let flag): return flag
        case .integer(0), .string("false"): return false
        case .integer(1), .string("true"): return true
        case .null, .integer, .number, .string, .array, .object:
            note("bool_type", name, "Input should be a valid boolean")
            return nil
        }
    }
}
