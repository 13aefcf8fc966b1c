import Testing

@testable import JobQueue

@Suite struct `What is told of a job` {
    private static let traceback = """
        Traceback (most recent call last):
          File "a.py", line 1, in f
            g()
            ^^^
        KeyError: 'x'

        During handling of the above exception, another exception occurred:

        Traceback (most recent call last):
          File "b.py", line 2, in g
            h()
            ~~^
        ValueError: the reason
          with a second line
        """

    @Test(arguments: [
        ("Qdrant says no\nand more", "Qdrant says no"), (traceback, "ValueError: the reason"), ("", ""),
        ("\n  \nlate", "late"), ("Traceback (most recent call last):", "Traceback (most recent call last):"),
    ])
    func `the headline says why`(text: String, headline: String) {
        #expect(ExceptionText.headline(text) == headline)
    }

    @Test func `a long traceback keeps its beginning and its end`() {
        let lines = ExceptionText.cut(Self.traceback, lines: 5, scalars: 20).split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "Traceback (most rece...", "  File \"a.py\", line ...", "... 6 more lines ...",
                "ValueError: the reas...",
                "  with a second line",
            ])
        #expect(ExceptionText.cut("one\n   ^^^\ntwo\n\n", lines: 5, scalars: 20) == "one\ntwo")
    }

    @Test(arguments: [
        ("https://user:pw@example.com/a?b=c@d", "https://example.com/a?b=c@d"),
        ("'redis://:p@ss@h:1' and ftp://u@h", "'redis://h:1' and ftp://h"),
        ("https://example.com/@name", "https://example.com/@name"), ("a@b", "a@b"), ("x://", "x://"),
    ])
    func `credentials in URLs are left out`(text: String, clean: String) {
        #expect(URLCredentials.removed(from: text) == clean)
    }

    @Test(arguments: [
        ("worker.f({'url': 'https://e.com/a', 'n': 1})", "https://e.com/a"),
        ("worker.f({'url': \"https://e.com/it's\"})", "https://e.com/it's"),
        ("worker.f({'url': 'https://e.com/a/very/long...)", nil), ("worker.f({'url': 'a\\'b'})", nil),
        ("worker.f({'url': None})", nil), ("worker.f(1)", nil),
    ])
    func `the URL is read out of RQ's description, if it stands there whole`(text: String, url: String?) {
        #expect(DescribedURL.find(in: text) == url)
    }

    @Test func `an execution's entry names its job`() {
        let execution = String(repeating: "0a", count: 16)
        #expect(JobState.started.jobID(ofEntry: "job-1:\(execution)") == "job-1")
        #expect(JobState.started.jobID(ofEntry: "a:b:\(execution)") == "a:b")
        #expect(JobState.started.jobID(ofEntry: "bare") == "bare" && JobState.started.jobID(ofEntry: "a:b") == "a:b")
        #expect(JobState.failed.jobID(ofEntry: "a:\(execution)") == "a:\(execution)")
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00.000000Z", 0), ("2026-01-31T12:00:00.500000Z", 1_769_860_800.5),
            ("2000-02-29T23:59:59Z", 951_868_799), ("2026-01-31 12:00:00", nil), ("2026-13-01T00:00:00Z", nil),
            ("", nil),
            ("2026-01-31T12:00:nanZ", nil), ("2026-01-31T25:00:00Z", nil),
        ] as [(String, Double?)])
    func `moments are read`(text: String, seconds: Double?) { #expect(Timestamp.seconds(of: text) == seconds) }

    @Test func `a moment that is written is read again`() {
        for day in stride(from: 0, to: 60_000, by: 37) {
            let text = Timestamp.text(seconds: day * 86_400 + 3661, microseconds: 250_000)
            #expect(Timestamp.seconds(of: text) == Double(day * 86_400 + 3661) + 0.25)
        }
    }

    @Test func `a change tells the job, what it was and what to do`() {
        func text(_ outcome: JobChange.Outcome, _ status: String, _ order: JobChange.Order, waiting: Int = 0) -> String
        {
            JobChange(id: "j", outcome: outcome, status: status, queue: "q", waiting: waiting).text(of: order)
        }
        #expect(text(.done, "failed", .requeue) == "requeued j, was failed, at the end of queue q")
        #expect(
            text(.done, "started", .cancel, waiting: 1)
                == "canceled j, was started: it runs on, a Pulse worker drops its result; 1 job waits for it and stays deferred"
        )
        #expect(text(.done, "queued", .delete, waiting: 2).hasSuffix("; 2 jobs wait for it and stay deferred"))
        #expect(text(.gone, "", .cancel) == "no job j: it expired or was deleted; pulsectl jobs lists those there are")
        #expect(
            text(.refused, "started", .requeue).hasSuffix(
                "it is started and runs; cancel it first if it must start anew"))
        #expect(text(.refused, "finished", .requeue).contains("it is finished; only failed and canceled jobs"))
        #expect(
            text(.refused, "canceled", .cancel)
                == "job j is not canceled: it is canceled already; pulsectl jobs requeue j takes it back")
        #expect(text(.refused, "failed", .requeue).contains("no registry of queue q holds it any more"))
    }

    @Test func `a payload is told in a few words`() {
        var one = DocumentFields(url: "https://e.com/a", markdown: "# größe")
        #expect(PayloadText.text(of: .documents([one], isBatch: false)) == "1 document, 7 characters of text")
        one.title = "T"
        #expect(
            PayloadText.text(of: .documents([one], isBatch: false)) == "1 document titled \"T\", 7 characters of text")
        #expect(PayloadText.text(of: .documents([one, one], isBatch: true)) == "2 documents, 14 characters of text")
        #expect(PayloadText.url(of: .documents([one, one], isBatch: true)) == "https://e.com/a (+1 more)")
        #expect(PayloadText.url(of: .documents([], isBatch: true)) == nil)
    }

    @Test func `what is in a job's data is told, and why it cannot be`() {
        guard case .success(let call) = StoredCall(pythonJobDeflated).call else {
            Issue.record("python's own job is not read")
            return
        }
        #expect(call.function == "worker.index_document_job")
        guard case .failure(let refusal) = StoredCall([0x80, 0x05]).payload else {
            Issue.record("half a pickle is read")
            return
        }
        #expect("\(refusal)".hasPrefix("the job's data cannot be read"))
    }
}
