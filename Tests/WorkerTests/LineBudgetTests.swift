import Testing

@testable import pulse_worker

@Suite struct `Lines that a person can read along` {
    @Test func `each is logged while they are few`() {
        var budget = LineBudget()
        for second in 0..<5 {
            for _ in 0..<LineBudget.perSecond { #expect(budget.ask(at: second) == 0) }
        }
    }

    @Test func `of many in a second the rest is left out, and the next line tells how many`() {
        var budget = LineBudget()
        for _ in 0..<LineBudget.perSecond { _ = budget.ask(at: 7) }
        for _ in 0..<1000 { #expect(budget.ask(at: 7) == nil) }
        #expect(budget.ask(at: 8) == 1000)
        #expect(budget.ask(at: 8) == 0)
    }
}
