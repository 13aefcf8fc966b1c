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
                    member.name == "version" && member.value == "VERSION"
                        ? JSONValue.Member("version", .string(pulseVersion))
                        : JSONValue.Member(member.name, fitted(member.value, needsSecret: needsSecret))
                })
        case .array(let items): .array(items.map { fitted($0, needsSecret: needsSecret) })
        case .null, .bool, .integer, .number, .string: document
        }
    }
}
