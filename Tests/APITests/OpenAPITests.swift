import Testing

@testable import pulse_api

@Suite struct `The OpenAPI document` {
    private func document(needsSecret: Bool = true) throws -> JSONValue {
        OpenAPIRoute.fitted(try JSONParser.parse(PackageResources.openapi_json), needsSecret: needsSecret)
    }

    private func members(_ value: JSONValue?) -> [JSONValue.Member] {
        guard case .object(let members)? = value else { return [] }
        return members
    }

    @Test func `speaks of every endpoint, and of no other`() throws {
        let paths = members(try document()["paths"])
        let told = paths.flatMap { path in members(path.value).map { "\($0.name.uppercased()) \(path.name)" } }
        #expect(Set(told) == Set(Endpoint.all.map { "\($0.method) \($0.path)" }))
        #expect(told.count == Endpoint.all.count)
    }

    @Test func `wants the secret where the gate does`() throws {
        for endpoint in Endpoint.all {
            let operation = try #require(try document()["paths"]?[endpoint.path]?[endpoint.method.lowercased()])
            #expect((operation["security"] != nil) == (endpoint.access == .secret), "\(endpoint.path)")
            let statuses = Set(members(operation["responses"]).map(\.name))
            #expect(statuses.contains("429") == endpoint.isRated, "\(endpoint.path)")
            #expect(statuses.contains("401") == (endpoint.access != .anyone), "\(endpoint.path)")
            #expect(statuses.contains("413") == (endpoint.method == "POST"), "\(endpoint.path)")
            // Whoever requeues a job has said all in its path.
            let hasBody = endpoint.method == "POST" && endpoint.route != .requeue
            #expect((operation["requestBody"] != nil) == hasBody, "\(endpoint.path)")
        }
    }

    @Test func `refers to nothing that is not there`() throws {
        let document = try document()
        var references: Set<String> = []
        func collect(_ value: JSONValue) {
            switch value {
            case .object(let members):
                for member in members {
                    if member.name == "$ref", let text = member.value.text { references.insert(text) }
                    collect(member.value)
                }
            case .array(let items): for item in items { collect(item) }
            case .null, .bool, .integer, .number, .string: break
            }
        }
        collect(document)
        #expect(references.count > 20)
        for reference in references {
            var value: JSONValue? = document
            for name in reference.split(separator: "/").dropFirst() { value = value?[String(name)] }
            #expect(value != nil, "\(reference)")
        }
    }

    @Test func `knows the version, and no secret where there is none`() throws {
        #expect(try document()["info"]?["version"] != "VERSION")
        let open = try document(needsSecret: false)
        for endpoint in Endpoint.all {
            let operation = open["paths"]?[endpoint.path]?[endpoint.method.lowercased()]
            #expect(operation?["security"] == nil, "\(endpoint.path)")
            #expect((operation?["requestBody"] != nil) == (endpoint.method == "POST"), "\(endpoint.path)")
        }
    }
}

@Suite struct `A path's endpoint` {
    @Test func `is found by method and path`() {
        for endpoint in Endpoint.all where !endpoint.path.contains("{") {
            #expect(Endpoint.match(endpoint.method, endpoint.path) == .found(endpoint, argument: nil))
        }
        guard case .found(let endpoint, "a-1") = Endpoint.match("GET", "/api/jobs/a-1") else {
            Issue.record("no job")
            return
        }
        #expect(endpoint.route == .job)
    }

    @Test func `counts under a name of its own`() {
        #expect(Endpoint.all.map { "\($0.route)" }.sorted() == Endpoint.Route.allCases.map { "\($0)" }.sorted())
    }

    @Test func `HEAD is GET without the body`() {
        guard case .found(let endpoint, _) = Endpoint.match("HEAD", "/health") else {
            Issue.record("no HEAD")
            return
        }
        #expect(endpoint.route == .health)
    }

    @Test func `another method is told which ones there are`() {
        #expect(Endpoint.match("DELETE", "/api/index") == .otherMethod(allowed: ["POST"]))
        #expect(Endpoint.match("POST", "/health") == .otherMethod(allowed: ["GET", "HEAD"]))
    }

    @Test(arguments: [
        "", "/api", "/api/index/", "/api/jobs/", "/api/jobs/a/b", "/page", "/page/", "/API/index", "//", "/healthz",
        "/page/a/b",
    ])
    func `what is none is none`(_ path: String) { #expect(Endpoint.match("GET", path) == .nothing) }
}
