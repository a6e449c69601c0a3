import Composer
import Core
import Engines
import Foundation

/// The composer with the styles that belong to the program.
let composer: Composer = {
    do {
        return Composer(book: try ComposerData.book(in: try ComposerData.folder()))
    } catch {
        preconditionFailure("The composer's data cannot be read: \(error)")
    }
}()
