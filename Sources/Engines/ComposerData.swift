import Composer
import Core
import Foundation

/// The folder with styles and instruments that the composer reads.
public enum ComposerData {
    /// Where the files lie: `setting`, else the folder `composer` that belongs to the program. Throws `installation_incomplete`.
    public static func folder(_ setting: URL? = nil) throws -> URL {
        try Installation.folder("composer", containing: "styles", setting: setting, flag: "composer-data")
    }

    /// All that can be read in a folder; what cannot is in `problems`. Throws `composer_data_unreadable`.
    public static func book(in folder: URL) throws -> StyleBook {
        func files(_ name: String, ending: String) throws -> [StyleBook.File] {
            let folder = folder.appending(path: name)
            do {
                return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(ending) }.sorted().map {
                    file in
                    StyleBook.File(name: file, text: try String(contentsOf: folder.appending(path: file), encoding: .utf8))
                }
            } catch {
                throw Failure(
                    .unavailable, "composer_data_unreadable", "The composer's \(name) cannot be read.",
                    hint: "The folder must hold “styles” and “instruments”, as text in UTF-8.", underlying: error)
            }
        }
        return StyleBook(instruments: try files("instruments", ending: ".instruments"), styles: try files("styles", ending: ".style"))
    }
}
