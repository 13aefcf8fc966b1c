import Testing

@testable import pulse_api

@Suite struct `Throughput by the minute` {
    typealias Counters = Throughput.Counters

    private static func counted(_ finished: Int, _ failed: Int = 0) -> Counters {
        Counters(finished: finished, failed: failed)
    }

    @Test func `what workers had done before the first look is nobody's minute`() {
        var flow = Throughput()
        flow.note(["a": Self.counted(500, 3)], accepted: 0, at: 600)
        #expect(flow.minutes == [.init(at: 600)])
        flow.note(["a": Self.counted(507, 4)], accepted: 2, at: 630)
        #expect(flow.minutes == [.init(at: 600, accepted: 2, finished: 7, failed: 1)])
    }

    @Test func `a worker that came since the last look has done all of its jobs since`() {
        var flow = Throughput()
        flow.note(["a": Self.counted(5)], accepted: 0, at: 600)
        flow.note(["a": Self.counted(5), "b": Self.counted(4, 1)], accepted: 0, at: 605)
        #expect(flow.minutes.last == .init(at: 600, finished: 4, failed: 1))
    }

    @Test func `a worker that is gone takes nothing back`() {
        var flow = Throughput()
        flow.note(["a": Self.counted(0)], accepted: 0, at: 600)
        flow.note(["a": Self.counted(9)], accepted: 0, at: 605)
        flow.note([:], accepted: 0, at: 610)
        flow.note(["a": Self.counted(2)], accepted: 0, at: 615)
        #expect(flow.minutes.last?.finished == 11)
    }

    @Test func `what was done while Redis could not be asked counts once it answers`() {
        var flow = Throughput()
        flow.note(["a": Self.counted(1)], accepted: 0, at: 600)
        flow.note(nil, accepted: 0, at: 660)
        flow.note(["a": Self.counted(8)], accepted: 0, at: 720)
        #expect(flow.minutes.map(\.finished) == [0, 0, 7])
    }

    @Test func `minutes follow each other without gaps, and the oldest go`() {
        var flow = Throughput()
        flow.note([:], accepted: 1, at: 6000)
        flow.note([:], accepted: 4, at: 6000 + 59 * 60)
        #expect(flow.minutes.count == 60)
        #expect(flow.minutes.first == .init(at: 6000, accepted: 1))
        #expect(flow.minutes.last == .init(at: 6000 + 59 * 60, accepted: 3))
        flow.note([:], accepted: 4, at: 6000 + 61 * 60)
        #expect(flow.minutes.map(\.at) == Array(stride(from: 6120, through: 6000 + 61 * 60, by: 60)))
    }

    @Test func `a clock that leaps forward begins anew, one that is set back stays`() {
        var flow = Throughput()
        flow.note([:], accepted: 0, at: 6000)
        flow.note([:], accepted: 0, at: 6000 + 365 * 86_400)
        #expect(flow.minutes == [.init(at: 6000 + 365 * 86_400)])
        flow.note([:], accepted: 5, at: 6000)
        #expect(flow.minutes == [.init(at: 6000 + 365 * 86_400, accepted: 5)])
    }
}
