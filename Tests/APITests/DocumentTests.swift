import JobQueue
import Testing

@testable import pulse_api

@Suite struct `A document that comes in` {
    private func read(_ text: String) throws -> Result<IncomingDocument, Invalid> {
        IncomingDocument.read(try JSONParser.parse(Array(text.utf8)))
    }

    /// Types and places of what is wrong.
    private func problems(_ text: String) throws -> [String] {
        guard case .failure(let invalid) = try read(text) else { return [] }
        return invalid.problems.map { problem in
            problem.type + " "
                + problem.location.map { if case .name(let name) = $0 { name } else { "#" } }.joined(separator: ".")
        }
    }

    @Test func `url and content are enough`() throws {
        let document = try read(#"{"url":"https://a/","content":"text"}"#).get()
        #expect(
            document
                == IncomingDocument(
                    url: "https://a/", resolvedURL: "https://a/", markdown: "text", html: "", statusCode: 200,
                    isMobile: false))
    }

    @Test func `both spellings are read, what nobody knows is not`() throws {
        let camel = try read(
            #"{"url":"u","resolvedUrl":"r","title":"t","description":"d","markdown":"m","content":"c","html":"<p>","statusCode":301,"gcsPath":"g","screenshotUrl":"s","language":"en","country":"DE","isMobile":true,"unknown":{"a":[1]}}"#
        ).get()
        let snake = try read(
            #"{"url":"u","resolved_url":"r","title":"t","description":"d","markdown":"m","html":"<p>","status_code":301,"gcs_path":"g","screenshot_url":"s","language":"en","country":"DE","is_mobile":true}"#
        ).get()
        #expect(camel == snake)
        #expect(camel.gcsPath == "g" && camel.screenshotURL == "s" && camel.statusCode == 301 && camel.isMobile)
    }

    @Test func `null is missing where something may be missing`() throws {
        let document = try read(
            #"{"url":"u","markdown":null,"content":"c","resolvedUrl":null,"html":null,"statusCode":null,"isMobile":null,"title":null}"#
        ).get()
        #expect(document.markdown == "c" && document.resolvedURL == "u" && document.statusCode == 200)
    }

    @Test(arguments: [
        (#"{}"#, ["missing url", "missing markdown"]), (#"{"url":"u"}"#, ["missing markdown"]),
        (#"{"url":null,"content":"c"}"#, ["string_type url"]), (#"{"url":"","content":"c"}"#, ["string_too_short url"]),
        (#"{"url":5,"content":"c"}"#, ["string_type url"]), (#"{"url":"u","content":["c"]}"#, ["string_type content"]),
        (#"{"url":"u","markdown":null,"content":null}"#, ["missing markdown"]),
        (#"{"url":"u","content":"c","html":5}"#, ["string_type html"]),
        (#"{"url":"u","content":"c","title":{}}"#, ["string_type title"]),
        (#"{"url":"u","content":"c","statusCode":"x"}"#, ["int_type statusCode"]),
        (#"{"url":"u","content":"c","status_code":2.5}"#, ["int_type status_code"]),
        (#"{"url":"u","content":"c","statusCode":-1}"#, ["value_error statusCode"]),
        (#"{"url":"u","content":"c","isMobile":"x"}"#, ["bool_type isMobile"]),
        (#"{"url":"u","content":"c","isMobile":2}"#, ["bool_type isMobile"]),
        (#"{"url":"u","content":"c","isMobile":true,"is_mobile":[]}"#, ["bool_type is_mobile"]),
        (#"{"url":"u","content":"c","resolvedUrl":"r","resolved_url":5}"#, ["string_type resolved_url"]),
        ("[]", ["model_attributes_type "]), ("5", ["model_attributes_type "]), ("null", ["model_attributes_type "]),
    ]) func `what is wrong is named with its place`(_ text: String, _ wrong: [String]) throws {
        #expect(try problems(text) == wrong)
    }

    @Test(arguments: [("200", 200), ("\"404\"", 404), ("200.0", 200), ("\" 7\"", 7)])
    func `numbers may be texts, as the replaced service had it`(_ text: String, _ number: Int) throws {
        #expect(try read(#"{"url":"u","content":"c","statusCode":\#(text)}"#).get().statusCode == number)
    }

    @Test func `a problem's JSON is the replaced service's`() throws {
        guard case .failure(let invalid) = try read(#"{"url":5,"content":"c"}"#) else { return }
        #expect(
            String(decoding: invalid.json.bytes, as: UTF8.self)
                == #"{"detail":[{"type":"string_type","loc":["body","url"],"msg":"Input should be a valid string"}]}"#)
    }

    @Test func `of a list all must be right`() throws {
        let good = #"{"url":"u","content":"c"}"#
        func list(_ text: String) throws -> Result<[IncomingDocument], Invalid> {
            IncomingDocument.readList(try JSONParser.parse(Array(text.utf8)))
        }
        #expect(try list("[\(good),\(good)]").get().count == 2)
        #expect(try list(#"{"documents":[\#(good)]}"#).get().count == 1)
        guard case .failure(let invalid) = try list("[\(good),{}]") else {
            Issue.record("one of them is wrong")
            return
        }
        #expect(invalid.problems.first?.location == [.index(1), .name("url")])
        for text in ["[]", "5", "{}", #"{"documents":5}"#] {
            #expect(throws: Invalid.self) { try list(text).get() }
        }
        let many = "[" + Array(repeating: good, count: 5001).joined(separator: ",") + "]"
        #expect(throws: Invalid.self) { try list(many).get() }
    }

    @Test func `no more problems are told than anybody reads`() throws {
        let text = "[" + Array(repeating: "{}", count: 500).joined(separator: ",") + "]"
        guard case .failure(let invalid) = IncomingDocument.readList(try JSONParser.parse(Array(text.utf8))) else {
            return
        }
        #expect(invalid.problems.count == 100)
    }

    @Test func `its job has every key that a Python worker asks for`() throws {
        let document = try read(#"{"url":"u","content":"c","html":"<p>"}"#).get()
        guard case .dict(let entries)? = document.call(.snakeCase).arguments.first else {
            Issue.record("the job's argument is no dict")
            return
        }
        #expect(
            entries.map(\.key) == [
                "url", "resolved_url", "title", "description", "markdown", "html", "status_code", "gcs_path",
                "screenshot_url", "language", "country", "is_mobile",
            ])
        #expect(
            entries[5].value == .string("<p>") && entries[6].value == .int(200) && entries[11].value == .bool(false))
    }
}

@Suite struct `Firecrawl's events` {
    private func read(_ text: String) throws -> Result<FirecrawlEvent, Invalid> {
        FirecrawlEvent.read(try JSONParser.parse(Array(text.utf8)))
    }

    private static let item =
        ##"{"markdown":"# x","html":"<p>","metadata":{"url":"https://a/b","statusCode":200,"sourceURL":"https://a/","title":"T","language":"en","extra":[1]}}"##

    @Test(arguments: ["crawl.page", "batch_scrape.page"]) func `a page is a job`(_ type: String) throws {
        let event = try read(#"{"success":true,"type":"\#(type)","id":"c1","data":[\#(Self.item)],"metadata":{}}"#)
            .get()
        guard case .pages(type, let documents) = event else {
            Issue.record("\(event)")
            return
        }
        #expect(
            documents == [
                IncomingDocument(
                    url: "https://a/b", resolvedURL: "https://a/", title: "T", markdown: "# x", html: "<p>",
                    statusCode: 200, language: "en", crawlID: "c1")
            ])
        guard case .dict(let entries)? = documents[0].call(.camelCase).arguments.first else { return }
        #expect(
            entries.map(\.key) == [
                "url", "resolvedUrl", "title", "description", "markdown", "html", "statusCode", "gcsPath",
                "screenshotUrl", "language", "country", "isMobile", "crawl_id",
            ])
        #expect(entries.last?.value == .string("c1"))
    }

    @Test func `the crawl's id may be called jobId, and the page's own URL is where it led`() throws {
        let text = #"{"type":"crawl.page","jobId":"j","data":[{"metadata":{"url":"u","statusCode":404}}]}"#
        guard case .pages(_, let documents) = try read(text).get() else { return }
        #expect(documents[0].crawlID == "j" && documents[0].resolvedURL == "u" && documents[0].markdown.isEmpty)
    }

    @Test func `a page is not lost for what its crawler found in it twice, or of another kind`() throws {
        let metadata =
            #"{"url":"u","statusCode":200,"title":["a","b"],"language":[5,"en"],"description":7,"country":[]}"#
        let event = try read(#"{"type":"crawl.page","id":"c","data":[{"metadata":\#(metadata)}]}"#).get()
        guard case .pages(_, let documents) = event else { return #expect(Bool(false), "\(event)") }
        #expect(documents[0].title == "a" && documents[0].language == "en")
        #expect(documents[0].description == nil && documents[0].country == nil)
    }

    /// Compared by what they mean these would take hours.
    @Test(.timeLimit(.minutes(1))) func `names and words of many marks hold nobody up`() throws {
        let marks = String(repeating: "\u{316}\u{301}", count: 200_000)
        let metadata = #"{"url":"u","statusCode":200,"\#(marks)":1,"\#(marks)x":2}"#
        let event = try read(#"{"\#(marks)":1,"type":"crawl.page","id":"c","data":[{"metadata":\#(metadata)}]}"#).get()
        #expect(event != .notice(type: "crawl.page"))
        #expect(try read(#"{"type":"crawl.\#(marks)"}"#).get() == .notice(type: "crawl.\(marks)"))
        let body = try JSONParser.parse(
            Array(#"{"query":"q","mode":"\#(marks)","filters":{"isMobile":"\#(marks)"}}"#.utf8))
        #expect(throws: Invalid.self) { try SearchForm.read(body).get() }
    }

    @Test func `a failure is acknowledged before anything else is asked of it`() throws {
        #expect(
            try read(#"{"success":false,"type":5,"id":"c1","error":"no","data":5}"#).get()
                == .failure(id: "c1", message: "Firecrawl reported an error: no"))
        #expect(
            try read(#"{"success":false}"#).get() == .failure(id: nil, message: "Firecrawl reported an error: unknown"))
    }

    @Test(arguments: [
        "crawl.started", "crawl.completed", "batch_scrape.completed", "extract.failed", "crawl.new", "crawl.\u{301}",
    ])
    func `other events are acknowledged`(_ type: String) throws {
        #expect(try read(#"{"success":true,"type":"\#(type)"}"#).get() == .notice(type: type))
    }

    @Test(arguments: [#"[]"#, "null"]) func `no data are no documents`(_ data: String) throws {
        #expect(try read(#"{"type":"crawl.page","id":"c","data":\#(data)}"#).get() == .pages(type: "crawl.page", []))
    }

    @Test(arguments: [
        "[]", "5", "{}", #"{"type":5}"#, #"{"type":"other.page"}"#, #"{"type":"crawl."}"#, #"{"type":"crawl"}"#,
        #"{"type":"crawl.page","data":[]}"#, #"{"type":"crawl.page","id":"c","data":5}"#,
        #"{"type":"crawl.page","id":"c","data":[5]}"#, #"{"type":"crawl.page","id":"c","data":[{}]}"#,
        #"{"type":"crawl.page","id":"c","data":[{"metadata":{"url":"u"}}]}"#,
        #"{"type":"crawl.page","id":"c","data":[{"metadata":{"statusCode":200}}]}"#,
        #"{"type":"crawl.page","id":"c","data":[{"markdown":5,"metadata":{"url":"u","statusCode":200}}]}"#,
        #"{"type":"crawl.page","id":"c","data":[\#(item),{"metadata":{"url":"u","statusCode":null}}]}"#,
    ]) func `what is wrong is refused, one item for all`(_ text: String) throws {
        #expect(throws: Invalid.self) { try read(text).get() }
    }
}
