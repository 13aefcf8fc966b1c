import Testing

@testable import pulse_api

@Suite struct `What is looked for` {
    private func read(_ text: String) throws -> Result<SearchForm, Invalid> {
        SearchForm.read(try JSONParser.parse(Array(text.utf8)))
    }

    @Test func `words are enough`() throws {
        #expect(
            try read(#"{"query":"tides"}"#).get()
                == SearchForm(query: "tides", mode: .hybrid, limit: 10, offset: 0, filters: .init()))
    }

    @Test func `all that may be asked for`() throws {
        let text =
            #"{"query":"q","mode":"bm25","limit":100,"offset":1000,"filters":{"domain":"a","language":"en","country":"DE","isMobile":false}}"#
        #expect(
            try read(text).get()
                == SearchForm(
                    query: "q", mode: .bm25, limit: 100, offset: 1000,
                    filters: .init(domain: "a", language: "en", country: "DE", isMobile: false)))
    }

    @Test(arguments: [
        "{}", "[]", #"{"query":""}"#, #"{"query":" \n　"}"#, #"{"query":5}"#, #"{"query":"q","mode":"x"}"#,
        #"{"query":"q","mode":5}"#, #"{"query":"q","limit":0}"#, #"{"query":"q","limit":101}"#,
        #"{"query":"q","limit":"10"}"#, #"{"query":"q","limit":1.5}"#, #"{"query":"q","offset":-1}"#,
        #"{"query":"q","offset":1001}"#, #"{"query":"q","filters":5}"#, #"{"query":"q","filters":{"domain":5}}"#,
        #"{"query":"q","filters":{"isMobile":"x"}}"#,
    ]) func `what is wrong is refused`(_ text: String) throws {
        #expect(throws: Invalid.self) { try read(text).get() }
    }

    @Test func `a query's length is counted in characters as Python does`() throws {
        let long = String(repeating: "😀", count: 2048)
        #expect(try read(#"{"query":"\#(long)"}"#).get().query.utf8.count == 8192)
        #expect(throws: Invalid.self) { try read(#"{"query":"\#(long)x"}"#).get() }
    }
}
