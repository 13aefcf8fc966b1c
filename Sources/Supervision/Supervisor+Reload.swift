internal import Logging
internal import Reporting

/// New settings, and the former ones where processes die of the new.
extension Supervisor {
    func reload() -> OperationStatus {
        let id = begin("reload")
        let new: NewSettings
        do {
            new = try configuration.reload(inForce.fileEnvironment)
        } catch {
            let problems = error.description.split(separator: "\n").joined(separator: "; ")
            log.error("reload refused, nothing changes: \(problems)")
            operations.end(id, .refused, problems)
            note("reload refused: \(problems)")
            feed(.reloadRefused(operation: id))
            return told(id)
        }
        notes = []
        if !new.waiting.isEmpty {
            note(
                "\(new.waiting.joined(separator: ", ")) changed: a new supervisor is needed for it (systemctl restart pulse)"
            )
        }
        log.info(
            new.changed.isEmpty ? "reload: nothing changed" : "reload: \(new.changed.joined(separator: ", ")) changed")
        apply(new, operation: id)
        return told(id)
    }

    private func apply(_ new: NewSettings, operation id: Int) {
        let counts = inForce.counts
        // The machine's own settings of before may be gone by now: those of a reload while the fleet was starting are.
        if fleet.before == nil { inForceBefore = nil }
        inForceBefore = inForceBefore ?? inForce
        inForce = SettingsInForce(new)
        setLogLevel()
        switchAlerts()
        let renewed = Set(new.programs.indices.filter { new.renews(new.programs[$0]) })
        let environment = Self.environment(configuration, file: new.fileEnvironment)
        // The machine numbers the edition as it takes it up; until then it has no environment, so it gets one beforehand.
        environments[fleet.upcomingEdition] = environment
        feed(
            .reload(
                FleetReload(policy: new.policy, programs: new.programs, renewed: renewed), operation: id))
        for (program, count) in inForce.counts.enumerated() where count != counts[program] {
            _ = scale(program, to: count)
        }
        environments = environments.filter { edition, _ in
            edition == fleet.settings.edition || edition == fleet.before?.edition
                || fleet.children.contains { $0.edition == edition }
        }
    }

    /// - Returns: the scalings that undo those of the reload, where nobody has scaled by hand since.
    func takeBackSettings() -> [FleetEvent] {
        guard let before = inForceBefore else { return [] }
        let counts = inForce.counts
        inForce = before
        setLogLevel()
        switchAlerts()
        note("the last reload was taken back: new processes died of it")
        return counts.indices.filter { program in
            counts[program] != before.counts[program] && fleet.wantedSlots(of: program).count == counts[program]
        }.map { scaling(of: $0, to: before.counts[$0]).event }
    }

    private func setLogLevel() {
        log.logLevel = inForce.logLevel
        for slot in slots { slot.log.logLevel = inForce.logLevel }
        for channel in alerts { channel.log.logLevel = inForce.logLevel }
    }

    private func note(_ text: String) {
        let text = NotifyMessage.printable(text)
        notes.removeAll { $0 == text }
        notes.append(text)
        if notes.count > 8 { notes.removeFirst() }
    }
}
