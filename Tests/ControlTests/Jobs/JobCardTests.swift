import Testing

@testable import pulsectl

@Suite struct `One job as a card` {
    private let page = JobCard.Page(
        headline: "6c1e0a52 failed: ValueError: no", health: "unhealthy",
        fields: [
            JobCard.Field("queue", "indexing"), JobCard.Field("worker", ""),
            JobCard.Field("awaited by", "a deferred"), JobCard.Field("", "b deferred"),
            JobCard.Field("call", "worker.index_document_job({'url': 'https://example.com/a', 'title': 'T'})"),
        ],
        endings: [
            JobCard.Ending(
                headline: "failed by w",
                text: ["Traceback (most recent call last):", "  File \"a.py\", line 1, in f", "ValueError: no"])
        ])

    @Test func `values stand in a column, what is empty is left out, a traceback keeps its margins`() {
        let expected = """
            6c1e0a52 failed: ValueError: no
              queue       indexing
              awaited by  a deferred
                          b deferred
              call        worker.index_document_job({'url':
                          'https://example.com/a', 'title': 'T'})

            failed by w
                Traceback (most recent call last):
                  File "a.py", line 1, in f
                ValueError: no
            """
        #expect(JobCard(coloured: false, width: 60).render(page) == expected)
        #expect(!JobCard(coloured: false, width: .max).render(page).contains("\u{1B}"))
        #expect(JobCard(coloured: true, width: 60).render(page).hasPrefix("\u{1B}[31m"))
    }

    @Test func `a pause tells whom it stops, for how long, and how it was before`() {
        let running = PauseText.State(isPaused: false, secondsLeft: nil)
        let endless = PauseText.State(isPaused: true, secondsLeft: nil)
        let short = PauseText.State(isPaused: true, secondsLeft: 89.2)
        #expect(
            PauseText.paused(forSeconds: 600, before: running, redis: "R")
                == "paused for 10m00s: no RQ worker of R takes a job, Pulse's or Python's, of any queue; what runs goes on. Before: not paused"
        )
        #expect(
            PauseText.paused(forSeconds: nil, before: short, redis: "R").hasSuffix("Before: paused for another 1m30s"))
        #expect(PauseText.resumed(before: endless, redis: "R").hasSuffix("Before: paused without an end"))
        #expect(PauseText.resumed(before: running, redis: "R").hasPrefix("nothing to resume"))
        #expect(PauseText.state(running) == "not paused: workers take jobs")
        #expect(PauseText.state(short).hasSuffix("it ends by itself in 1m30s, or with pulsectl resume"))
        #expect(PauseText.state(endless).hasSuffix("it ends with pulsectl resume"))
    }
}
