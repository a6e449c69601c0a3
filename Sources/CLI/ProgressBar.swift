import Foundation

/// One line on the terminal that fills up.
struct ProgressBar: Sendable {
    let isShown: Bool
    private static let width = 30

    func show(_ progress: Double, _ message: String) {
        guard isShown else { return }
        let full = Int((progress * Double(Self.width)).rounded())
        let bar = String(repeating: "━", count: full) + String(repeating: "╌", count: Self.width - full)
        write("\r\u{1B}[K\(bar) \(Int((progress * 100).rounded())) % \(message)")
    }

    func finish() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
