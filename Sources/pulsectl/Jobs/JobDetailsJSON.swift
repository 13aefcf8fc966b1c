import JobQueue

/// Everything about one job as a line of JSON.
struct JobDetailsJSON: Encodable {
    struct Relative: Encodable {
        var id: String
        var status: String?

        init(_ relative: JobDetails.Relative) { (id, status) = (relative.id, relative.status) }
    }

    struct Ending: Encodable {
        var at: String?
        var kind: String?
        var workerName: String
        var text: String

        enum CodingKeys: String, CodingKey {
            case at, kind, text
            case workerName = "worker_name"
        }

        init(_ result: JobResult) {
            (at, kind) = (JobJSON.text(result.at), result.kind?.name)
            (workerName, text) = (result.worker, result.text)
        }
    }

    var job: JobJSON
    var function: String
    var payload: String
    var dataBytes: Int
    var timeout: Int?
    var retriesLeft: Int?
    var expiresInSeconds: Double?
    var position: Int?
    var crashes: Int
    var crashLog: [String]
    var dependencies: [Relative]
    var dependents: [Relative]
    var dependentCount: Int
    var results: [Ending]

    enum CodingKeys: String, CodingKey {
        case job, function, payload, timeout, position, crashes, dependencies, dependents, results
        case dataBytes = "data_bytes"
        case retriesLeft = "retries_left"
        case expiresInSeconds = "expires_in_seconds"
        case crashLog = "crash_log"
        case dependentCount = "dependent_count"
    }

    init(_ details: JobDetails) {
        job = JobJSON(details.job)
        (function, payload, dataBytes) = (details.function, details.payload, details.dataSize)
        (timeout, retriesLeft) = (details.timeout, details.retriesLeft)
        (expiresInSeconds, position) = (details.expiresIn, details.position)
        (crashes, crashLog) = (details.crashes, details.crashLog)
        dependencies = details.dependencies.map(Relative.init)
        dependents = details.dependents.map(Relative.init)
        dependentCount = details.dependentCount
        results = details.results.map(Ending.init)
    }
}
