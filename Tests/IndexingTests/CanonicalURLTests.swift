import Testing

@testable import Indexing

@Suite struct CanonicalURLTests {
    /// The right side is what the replaced product's Python answers (urllib.parse of 3.11).
    @Test func `pages of a site in another encoding are one to the old product, and two to us`() {
        let (one, two) = (
            CanonicalURL("https://e.ru/?cat=%CD%EE%E2&a=%C3%A9"), CanonicalURL("https://e.ru/?cat=%E8%E3%F0&a=%C3%A9")
        )
        #expect(one.canonical == two.canonical && one.identity != two.identity)
        #expect(one.identity == "https://e.ru/?cat=%CD%EE%E2&a=%C3%A9")
        #expect(CanonicalURL(one.identity) == one, "whoever has the identity finds the document")
    }

    @Test(arguments: [
        ("https://Example.COM/Path/#sec", "https://example.com/Path/"),
        ("HTTP://Example.com:8080", "http://example.com:8080"),
        ("http://User:Pw@Example.com/a", "http://User:Pw@example.com/a"),
        ("https://u@v@E.com/", "https://u@v@e.com/"),
        ("https://e.com/?b=1&a=2&b=3", "https://e.com/?b=1&b=3&a=2"),
        ("https://e.com/p?x=a%20b&flag", "https://e.com/p?x=a+b&flag="),
        ("https://e.com/p?utm_SOURCE=x&GCLID=1", "https://e.com/p"),
        ("https://e.com/p?utm_medium=x&q=1&_GA=3", "https://e.com/p?q=1"),
        // Never removed by the old product: it compared the lower-cased name with a mixed-case one.
        ("https://e.com/p?hsCtaTracking=x", "https://e.com/p?hsCtaTracking=x"),
        ("https://e.com/p?q=%C3%A9+%ff&z=~!*'()", "https://e.com/p?q=%C3%A9+%EF%BF%BD&z=~%21%2A%27%28%29"),
        ("https://e.com/p?a=%e4%b8&b=%f0%9f%98%80", "https://e.com/p?a=%EF%BF%BD&b=%F0%9F%98%80"),
        ("https://e.com/p?a=%zz%4", "https://e.com/p?a=%25zz%254"),
        ("https://e.com?&&a=1&&=2&b==c", "https://e.com?a=1&=2&b=%3Dc"),
        ("https://e.com/a?x=1;y=2", "https://e.com/a?x=1%3By%3D2"),
        ("https://e.com/x?a=1?b=2#c?d", "https://e.com/x?a=1%3Fb%3D2"),
        ("https://e.com/é?é=1", "https://e.com/é?%C3%A9=1"),
        ("https://e.com/p;v=1?a=1", "https://e.com/p;v=1?a=1"),
        ("https://e.com/a;b/c;?", "https://e.com/a;b/c"),
        ("http://e.com/?", "http://e.com/"),
        ("HTTPS://e.com/#/docs", "https://e.com/"),
        ("mailto:A@B.c", "mailto:A@B.c"),
        ("data:text/plain,Hi#x", "data:text/plain,Hi#x"),
        ("file:///tmp/A#b", "file:///tmp/A#b"),
        ("//E.com/x", "//e.com/x"),
        ("Example.com/Path?b=1#f", "Example.com/Path?b=1"),
        ("  https://e.com/a\tb ", "https://e.com/ab "),
        ("http:e.com/a", "http:///e.com/a"),
        ("http:///a//b", "http:///a//b"),
        ("http:////a", "http://a"),
        ("https://[::1]:80/A", "https://[::1]:80/A"),
        ("https://e.com\\a?b", "https://e.com\\a?b="),
        ("e.com:80/a", "e.com:80/a"),
        ("http://", "http://"),
        ("//", ""),
        ("", ""),
    ])
    func `the canonical URL is the one the old product made`(url: String, canonical: String) {
        #expect(CanonicalURL(url).canonical == canonical)
    }

    @Test(arguments: [
        ("https://e.com/#/docs", "https://e.com/#/docs"),
        ("https://E.com/a?utm_term=1#!/b", "https://e.com/a#!/b"),
        ("https://e.com/a#section", "https://e.com/a"),
        ("https://e.com/a#", "https://e.com/a"),
    ])
    func `identity keeps the fragments that are routes`(url: String, identity: String) {
        #expect(CanonicalURL(url).identity == identity)
    }

    @Test func `the domain is the host with its port, without who logs in`() {
        #expect(CanonicalURL("https://me:secret@Docs.Example.com:8443/a").domain == "docs.example.com:8443")
        #expect(CanonicalURL("example.com/a/b").domain == "example.com")
    }

    @Test func `a shown URL has no user, no password, no query`() {
        let shown = SanitizedURL("http://user:secret@host:6333/collections/a?key=secret#secret")
        #expect(shown.description == "http://host:6333/collections/a")
        #expect(shown.origin == "http://host:6333")
        #expect(SanitizedURL("user:secret@host").description == "(unreadable URL)")
    }
}
