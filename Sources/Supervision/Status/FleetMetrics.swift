internal import Reporting

/// What `GET /metrics` tells. Names and units follow Prometheus' conventions; `promtool check metrics` reads them in the tests.
struct FleetMetrics {
    /// One slot at the moment of asking.
    struct Place {
        var status: SlotStatus
        var resident: Int?
        /// Seconds since its last WATCHDOG=1; nil where none was promised.
        var silence: Double?
    }

    var version: String
    var startedAt: Double
    var resident: Int?
    var descriptors: Int?
    var status: FleetStatus
    var places: [Place]
    var wanted: [(program: String, count: Int)]
    var counters: FleetCounters
    /// Of all slots that ever were.
    var jobs: JobCounts
    /// nil = there is no front.
    var front: APICounts?
    var logLinesDropped: Int
    var operations: Int

    private static let states = [
        "starting", "occupied", "ready", "draining", "killing", "unkillable", "backoff", "stopped", "failed",
    ]

    func text() -> String {
        var metrics = MetricsText()
        supervisor(&metrics)
        alerts(&metrics)
        processes(&metrics)
        services(&metrics)
        jobs(&metrics)
        if let front { api(front, &metrics) }
        return metrics.text
    }

    private func supervisor(_ metrics: inout MetricsText) {
        metrics.family("pulse_build_info", .gauge, "The version, as a label.", [([("version", version)], 1)])
        metrics.family("process_start_time_seconds", .gauge, "When the supervisor began, in Unix time.", startedAt)
        if let resident {
            metrics.family(
                "process_resident_memory_bytes", .gauge, "Resident memory of the supervisor.", Double(resident))
        }
        if let descriptors {
            metrics.family("process_open_fds", .gauge, "Open descriptors of the supervisor.", Double(descriptors))
        }
        metrics.family(
            "pulse_health", .gauge, "1 for the present health, 0 for the others.",
            [Health.healthy, .degraded, .unhealthy].map { ([("status", $0.rawValue)], status.health == $0 ? 1 : 0) })
        metrics.family(
            "pulse_ready", .gauge, "Whether a new job would be worked on now.", status.isReady ? 1 : 0)
        metrics.family(
            "pulse_operations_running", .gauge, "Restarts, scalings and reloads under way.", Double(operations))
        metrics.family(
            "pulse_log_lines_dropped_total", .counter,
            "Log lines that were not written because there was no room for them.",
            Double(logLinesDropped))
        metrics.family(
            "pulse_notify_messages_ignored_total", .counter, "Messages on a slot's socket that were not believed.",
            [([("reason", "forged")], Double(counters.forged)), ([("reason", "garbled")], Double(counters.garbled))])
    }

    private func alerts(_ metrics: inout MetricsText) {
        metrics.family(
            "pulse_alerts_total", .counter, "Changes of health that were told, or should have been.",
            AlertWay.allCases.flatMap { way in
                AlertOutcome.Kind.allCases.map { outcome in
                    (
                        [("way", way.rawValue), ("outcome", outcome.rawValue)],
                        Double(counters.alerts[way]?[outcome] ?? 0)
                    )
                }
            })
    }

    private func processes(_ metrics: inout MetricsText) {
        metrics.family(
            "pulse_processes_wanted", .gauge, "Slots that should be filled.",
            wanted.map { ([("program", $0.program)], Double($0.count)) })
        let programs = wanted.map(\.program)
        metrics.family(
            "pulse_processes", .gauge, "Slots by state.",
            programs.flatMap { program in
                Self.states.map { state in
                    let count = places.count { $0.status.program == program && $0.status.state == state }
                    return ([("program", program), ("state", state)], Double(count))
                }
            })
        metrics.family(
            "pulse_restarts_total", .counter, "Processes that ended and were started again, by cause.",
            programs.flatMap { program in
                DeathCause.allCases.filter { $0 != .stop }.map { cause in
                    (
                        [("program", program), ("cause", cause.rawValue)],
                        Double(counters.restarts[program]?[cause] ?? 0)
                    )
                }
            })
        metrics.histogram(
            "pulse_recovery_seconds", "From an unplanned death to its successor's readiness.", counters.recovery)
        metrics.family(
            "pulse_leftovers_killed_total", .counter, "Processes that children left behind, killed.",
            Double(counters.swept))
        metrics.family(
            "pulse_orphans_reaped_total", .counter, "Processes of nobody's that ended as our children.",
            Double(counters.strangers))
        slots("pulse_slot_backoff_seconds", "Until the next start.", \.status.nextStartSeconds, &metrics)
        slots("pulse_slot_watchdog_age_seconds", "Since the last WATCHDOG=1.", \.silence, &metrics)
        slots("pulse_slot_uptime_seconds", "Age of the process.", \.status.uptimeSeconds, &metrics)
        slots("pulse_slot_resident_memory_bytes", "Resident memory.", \.residentBytes, &metrics)
    }

    private func slots(
        _ name: String, _ help: String, _ value: KeyPath<Place, Double?>, _ metrics: inout MetricsText
    ) {
        metrics.family(
            name, .gauge, help,
            places.compactMap { place in place[keyPath: value].map { ([("slot", place.status.slot)], $0) } })
    }

    private func services(_ metrics: inout MetricsText) {
        let services = status.services.sorted { $0.key < $1.key }
        metrics.family(
            "pulse_service_state", .gauge, "1 for the present state of a service, 0 for the others.",
            services.flatMap { name, service in
                [ServiceReport.State.healthy, .unhealthy, .unknown].map { state in
                    ([("service", name), ("state", state.rawValue)], service.state == state ? 1 : 0)
                }
            })
    }

    private func api(_ front: APICounts, _ metrics: inout MetricsText) {
        metrics.family(
            "pulse_api_requests_total", .counter, "Answers of the API, by route and class of status.",
            front.requests.sorted { $0.key < $1.key }.flatMap { route, classes in
                classes.sorted { $0.key < $1.key }.map { name, count in
                    ([("route", route), ("status", name)], Double(count))
                }
            })
        metrics.family(
            "pulse_api_jobs_enqueued_total", .counter, "Jobs that the API has put into the queue.",
            Double(front.enqueued))
        metrics.family(
            "pulse_api_requests_refused_total", .counter, "Requests that the API refused because Redis stayed away.",
            Double(front.refused))
        metrics.family(
            "pulse_api_requests_held", .gauge, "Requests that wait for Redis in the API.", Double(front.held))
    }

    private func jobs(_ metrics: inout MetricsText) {
        metrics.family(
            "pulse_jobs_total", .counter, "Jobs that ended, by outcome.",
            [
                ([("outcome", "done")], Double(jobs.done)), ([("outcome", "failed")], Double(jobs.failed)),
                ([("outcome", "retried")], Double(jobs.retried)),
            ])
        let inFlight = places.reduce(0) { $0 + ($1.status.report?.inFlight ?? 0) }
        metrics.family("pulse_jobs_in_flight", .gauge, "Jobs in the workers' hands.", Double(inFlight))
        if let queued = status.queued {
            metrics.family("pulse_queue_jobs", .gauge, "Jobs that wait in the queues.", Double(queued))
        }
    }
}

extension FleetMetrics.Place {
    fileprivate var residentBytes: Double? { resident.map(Double.init) }
}
