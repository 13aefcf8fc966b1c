import HTTPServing
import Reporting

/// `GET /openapi.json`: the document in `OpenAPI/`, with this version, and with the secret only where there is one.
struct OpenAPIRoute: Sendable {
    private let bytes: [UInt8]

    init(needsSecret: Bool) {
        let whole = (try? JSONParser.parse(PackageResources.openapi_json)) ?? .null
        bytes = Self.fitted(whole, needsSecret: needsSecret).bytes
    }

    func answer() -> HTTPResponse { HTTPResponse(status: 200, body: bytes) }

    static func fitted(_ document: JSONValue, needsSecret: Bool) -> JSONValue {
        switch document {
        case .object(let members):
            .object(
                members.filter { needsSecret || $0.name != "security" }.map { member in
                    JSONValue.Member(member.name, fitted(member, needsSecret: needsSecret))
                })
        case .array(let items): .array(items.map { fitted($0, needsSecret: needsSecret) })
        case .null, .bool, .integer, .number, .string: document
        }
    }

    private static func fitted(_ member: JSONValue.Member, needsSecret: Bool) -> JSONValue {
        if member.name == "version", member.value == "VERSION" { return .string(pulseVersion) }
        let value = fitted(member.value, needsSecret: needsSecret)
        // Without a secret every order has to be JSON, also one that says nothing.
        guard !needsSecret, member.name == "post", case .object(let members) = value, value["requestBody"] == nil else {
            return value
        }
        return .object(members + [.init("requestBody", ["required": true, "content": ["application/json": [:]]])])
    }
}
