import Core
import Foundation

/// Where the instruments come from.
public enum SoundFont {
    static let usualPlaces = [
        "/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf2/default-GM.sf2", "/usr/share/sounds/sf3/default-GM.sf3",
        "/usr/share/soundfonts/FluidR3_GM.sf2", "/usr/share/soundfonts/default.sf2", "/opt/homebrew/share/soundfonts/default.sf2",
    ]

    /// The General MIDI SoundFont to play with: `CONTINUO_SOUNDFONT` when set, else the first that exists of the usual places.
    ///
    /// Throws `soundfont_missing`, with the package to install as hint.
    public static func find(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> URL {
        if let chosen = environment["CONTINUO_SOUNDFONT"], !chosen.isEmpty {
            guard FileManager.default.isReadableFile(atPath: chosen) else {
                throw Failure(
                    .unavailable, "soundfont_missing", "CONTINUO_SOUNDFONT names a file that cannot be read: \(chosen).",
                    hint: "Correct the path, or unset it to use the installed SoundFont.")
            }
            return URL(filePath: chosen)
        }
        guard let path = usualPlaces.first(where: { FileManager.default.isReadableFile(atPath: $0) }) else {
            throw Failure(
                .unavailable, "soundfont_missing", "No General MIDI SoundFont is installed.",
                hint: "Install one with: sudo apt-get install fluid-soundfont-gm, or set CONTINUO_SOUNDFONT to an .sf2 file.")
        }
        return URL(filePath: path)
    }
}
