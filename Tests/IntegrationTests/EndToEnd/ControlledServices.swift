import Foundation

/// TEI and Qdrant by script, each with a port that can refuse, hold and fail.
final class ControlledServices: Sendable {
    let tei: FakeTEI
    let qdrant: FakeQdrant
    let teiService: ControlledService
    let qdrantService: ControlledService

    init(tei settings: FakeTEI.Settings = .init(), qdrant state: FakeQdrant.State = .init(version: "1.19.0")) throws {
        let (tei, qdrant) = (FakeTEI(settings), FakeQdrant(state))
        (self.tei, self.qdrant) = (tei, qdrant)
        teiService = try ControlledService { tei.answer($0) }
        qdrantService = try ControlledService { qdrant.answer($0) }
    }

    /// - Parameter name: as messages call it, `tei` or `qdrant`.
    func named(_ name: String) -> ControlledService { name == "tei" ? teiService : qdrantService }

    func start() throws {
        try teiService.start()
        try qdrantService.start()
    }

    /// Where a program finds them.
    var environment: [String: String] {
        [
            "PULSE_TEI_URL": teiService.url, "PULSE_QDRANT_URL": qdrantService.url, "PULSE_QDRANT_COLLECTION": "docs",
        ]
    }

    /// Lets go of whatever is held.
    func release() {
        teiService.release()
        qdrantService.release()
    }

    func stop() {
        teiService.stop()
        qdrantService.stop()
    }
}
