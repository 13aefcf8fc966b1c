import Testing

@testable import pulse_api

@Suite struct `The API's test of itself` {
    @Test(arguments: [("30000000", 900_000), ("600000", 100_000), ("7200000000", 900_000)] as [(String, UInt32)])
    func `goes on while the supervisor waits for it, however long that is`(granted: String, pause: UInt32) {
        #expect(SelfTest.pause(["WATCHDOG_USEC": granted]) == pause)
    }

    @Test(arguments: [[:], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "x"]])
    func `is for nobody where nobody waits`(environment: [String: String]) {
        #expect(SelfTest.pause(environment) == nil)
    }
}
