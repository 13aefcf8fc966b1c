/// What anybody may know who can reach a port: not what processes print, and not what jobs are about.
extension StatusDocument {
    public var forAnybody: StatusDocument {
        var document = self
        document.supervisor.notes = []
        document.supervisor.operations = supervisor.operations.map(\.forAnybody)
        document.slots = slots.map { slot in
            var slot = slot
            slot.text = nil
            slot.deaths = slot.deaths.map { death in
                var death = death
                death.lastLines = []
                return death
            }
            if var report = slot.report {
                report.unlisted += report.current.count
                report.current = []
                slot.report = report
            }
            return slot
        }
        return document
    }
}

extension OperationStatus {
    public var forAnybody: OperationStatus {
        var status = self
        status.detail = ""
        return status
    }
}
