import HTTPServing
import JobQueue

/// Documents into jobs, and jobs into the queue.
struct Enqueuing: Sendable {
    let intake: JobIntake
    let queue: String
    let timeoutSeconds: Int
    let tally: Tally

    /// What a body turns out to ask for.
    enum Reading: Sendable {
        /// At least one.
        case documents([IncomingDocument])
        /// Nothing is to be enqueued.
        case answer(HTTPResponse)
    }

    /// Answers once all of a body's documents are in the queue, or none.
    ///
    /// - Parameter accepted: the answer to it, given the jobs' ids and the first document's URL.
    func answer(
        to body: [UInt8], _ spelling: IncomingDocument.Spelling,
        reading: @escaping @Sendable ([UInt8]) -> Reading, accepted: ([String], String) -> JSONValue
    ) async -> HTTPResponse {
        let made = await LargeBodies.run(bytes: body.count) { make(reading(body), spelling) }
        switch made {
        case .answer(let response): return response
        case .jobs(let jobs, let url):
            do throws(IntakeFailure) {
                try await intake.enqueue(jobs)
                tally.count { $0.enqueued += jobs.count }
                return .json(202, accepted(jobs.map(\.id), url))
            } catch {
                tally.count { $0.refused += 1 }
                return Self.answer(to: error)
            }
        }
    }

    private enum Made: Sendable {
        case jobs([NewJob], firstURL: String)
        case answer(HTTPResponse)
    }

    private func make(_ reading: Reading, _ spelling: IncomingDocument.Spelling) -> Made {
        switch reading {
        case .answer(let response): return .answer(response)
        case .documents(let documents):
            let jobs = documents.compactMap {
                NewJob($0.call(spelling), queue: queue, timeoutSeconds: timeoutSeconds, effort: .quick)
            }
            guard jobs.count == documents.count, let url = documents.first?.url else {
                return .answer(.unavailable("No memory for these documents now"))
            }
            return .jobs(jobs, firstURL: url)
        }
    }

    private static func answer(to failure: IntakeFailure) -> HTTPResponse {
        switch failure {
        case .unavailable(let error), .refused(let error):
            .unavailable("Queue unavailable: redis \(PublicReason.text(error.reason))")
        case .full: .unavailable("Queue unavailable: too many documents wait for redis already")
        }
    }
}

extension Enqueuing.Reading {
    init(_ documents: Result<[IncomingDocument], Invalid>) {
        switch documents {
        case .success(let documents): self = .documents(documents)
        case .failure(let invalid): self = .answer(.invalid(invalid))
        }
    }

    /// A body's JSON, or the answer to what is none.
    static func json(_ body: [UInt8], _ read: (JSONValue) -> Enqueuing.Reading) -> Enqueuing.Reading {
        do throws(JSONParser.Problem) {
            return read(try JSONParser.parse(body))
        } catch {
            return .answer(.invalid(Invalid([ValidationProblem(error)])))
        }
    }
}
