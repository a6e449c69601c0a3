import Core
import Synchronization

/// The selects parsed last: programs ask for the same few again and again.
enum SelectMemory {
    private static let capacity = 512
    /// Longer ones are rare, and would let a stranger fill the memory.
    private static let longestText = 256
    private static let known = Mutex<[ExactText: [SelectItem]]>([:])

    static func items(of text: String) -> [SelectItem]? {
        known.withLock { $0[ExactText(text)] }
    }

    static func remember(_ text: String, _ items: [SelectItem]) {
        guard text.utf8.count <= longestText else { return }
        known.withLock { known in
            if known.count >= capacity { known.removeAll(keepingCapacity: true) }
            known[ExactText(text)] = items
        }
    }
}
