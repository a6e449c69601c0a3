/// How long the stages of a request took (W3C, "Server Timing"). A stage that failed is the last one.
struct ServerTiming {
    private let isEnabled: Bool
    private var last: ContinuousClock.Instant?
    private var entries: [String] = []
    private var stages = ["jwt", "parse", "plan", "transaction", "response"][...]

    init(isEnabled: Bool) {
        self.isEnabled = isEnabled
        if isEnabled { last = .now }
    }

    mutating func endStage() {
        guard isEnabled, let start = last, let stage = stages.popFirst() else { return }
        let now = ContinuousClock.now
        let milliseconds = (now - start) / .milliseconds(1)
        entries.append("\(stage);dur=\((milliseconds * 10).rounded() / 10)")
        last = now
    }

    var headers: [(name: String, value: String)] {
        isEnabled ? [("Server-Timing", entries.joined(separator: ", "))] : []
    }
}
