import Foundation
import Logging

/// Starts a reactor on a thread of its own, which ends when the inbox asks it to drain.
enum ReactorThread {
    static func start(_ configuration: Database.Configuration, inbox: Inbox, logger: Logger) {
        let thread = Thread {
            Reactor(configuration: configuration, inbox: inbox, logger: logger).run()
        }
        thread.name = "database"
        thread.start()
    }
}
