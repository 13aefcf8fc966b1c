import Testing

@testable import Indexing

struct HeadingTrailTests {
    @Test(arguments: [
        ("# Plain", "Plain"), ("## Closed ##", "Closed"), ("### C#", "C#"), ("   # `code` and *em*", "code and em"),
        ("Under\n=====", "Under"), ("Two\nlines\n---", "Two lines"), ("# [Link](http://x.y/z) end", "Link end"),
        ("#", ""), ("# `add(a[, b])`", "add(a[, b])"),
        ("# snake_case (so)", "snake_case (so)"),
    ])
    func `a heading's words are kept, its marks are not`(source: String, text: String) {
        #expect(HeadingTrail.text(of: Array(source.utf8)[...]) == text)
    }

    @Test func `a heading ends those of its level and below`() {
        var trail = HeadingTrail(title: "Doc")
        trail.enter(1, "A")
        trail.enter(3, "B")
        trail.enter(2, "C")
        #expect(trail.headings(trail.depth) == ["Doc", "A", "C"])
        trail.enter(1, "Doc")
        #expect(trail.headings(trail.depth) == ["Doc"])
    }

    @Test func `a heading takes the place of one of its level, whatever was asked before`() {
        var trail = HeadingTrail(title: "Guide")
        trail.enter(1, "One")
        #expect(trail.headings(1) == ["Guide", "One"])
        trail.enter(1, "Two")
        #expect(trail.headings(1) == ["Guide", "Two"])
        #expect(trail.headings(0) == ["Guide"])
    }
}
