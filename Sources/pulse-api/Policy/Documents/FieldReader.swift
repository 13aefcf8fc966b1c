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
        for member in list where Self.mayBeAsked(member.name) { members[member.name] = member.value }
    }

    /// No name that anybody asks for is another. Strangers choose them - a web page's, by what its crawler found in it -, and Swift
    /// hashes and compares texts by their meaning, for which a long run of marks takes it hours.
    private static func mayBeAsked(_ name: String) -> Bool {
        name.utf8.count <= 64 && name.isASCII
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

    /// Every spelling that stands there is looked at; the first with a value counts.
    private mutating func first<Value>(
        _ names: [String], _ read: (inout FieldReader, String, JSONValue) -> Value?
    ) -> Value? {
        var found: Value?
        for name in names where has(name) {
            let value = read(&self, name, members[name] ?? .null)
            found = found ?? value
        }
        return found
    }

    mutating func text(_ names: String...) -> String? {
        first(names) { reader, name, value in
            if value.text == nil { reader.note("string_type", name, "Input should be a valid string") }
            return value.text
        }
    }

    /// A text that may be anything: of several the first, as a crawler has them that found several; anything else counts as
    /// missing. For what nobody would lose a page over.
    func anyText(_ name: String) -> String? {
        if case .array(let list)? = members[name] { return list.lazy.compactMap(\.text).first }
        return members[name]?.text
    }

    /// A whole number that is not negative, or one in a string, as the replaced service took it.
    mutating func number(_ names: String...) -> Int? {
        first(names) { reader, name, value in
            guard let number = value.wholeNumber ?? value.text.flatMap(Self.digits) else {
                reader.note("int_type", name, "Input should be a valid integer")
                return nil
            }
            if !(0...Self.largest).contains(number) {
                reader.note("value_error", name, "Input should be from 0 to \(Self.largest)")
            }
            return number
        }
    }

    private static let largest = 999_999

    private static func digits(_ text: String) -> Int? {
        guard text.utf8.count <= 64 else { return nil }
        let trimmed = text.filter { !$0.isWhitespace }
        guard (1...6).contains(trimmed.utf8.count), trimmed.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(trimmed)
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
        first(names) { reader, name, value in
            if case .bool(let flag) = value { return flag }
            let word = value.text?.utf8
            if word?.elementsEqual("true".utf8) == true || value.wholeNumber == 1 { return true }
            if word?.elementsEqual("false".utf8) == true || value.wholeNumber == 0 { return false }
            reader.note("bool_type", name, "Input should be a valid boolean")
            return nil
        }
    }
}
