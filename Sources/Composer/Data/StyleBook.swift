import Music

/// All styles and instruments, and the words that ask for them.
public struct StyleBook: Sendable {
    /// A file of `composer/styles` or `composer/instruments`.
    public struct File: Sendable {
        public let name: String
        public let text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// In alphabetical order of ids.
    public let styles: [Style]
    public let orchestra: Orchestra
    /// What is wrong in the files; styles with mistakes are left out.
    public let problems: [DataProblem]
    /// Of all the files: other text, another digest.
    public let digest: String
    let vocabulary: Vocabulary

    public init(instruments: [File], styles files: [File]) {
        // FNV-1a.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for file in (instruments + files).sorted(by: { $0.name < $1.name }) {
            for byte in file.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            for byte in file.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        digest = String(hash, radix: 16)
        var problems: [DataProblem] = []
        var entries: [Orchestra.Entry] = []
        for file in instruments.sorted(by: { $0.name < $1.name }) {
            var reader = InstrumentReader(file: file.name)
            reader.read(file.text)
            for entry in reader.entries where entries.contains(where: { $0.id == entry.id || $0.instrument.name == entry.instrument.name })
            {
                problems.append(DataProblem(file: file.name, line: 1, message: "there is another instrument “\(entry.id)”"))
            }
            entries += reader.entries
            problems += reader.reader.problems
        }
        orchestra = Orchestra(entries)
        var styles: [Style] = []
        for file in files.sorted(by: { $0.name < $1.name }) {
            var reader = StyleReader(file: file.name, orchestra: orchestra)
            reader.read(file.text)
            problems += reader.reader.problems
            // A style with mistakes is named and left out: half of it would not be what was meant.
            guard let style = reader.style, reader.reader.problems.isEmpty else { continue }
            if styles.contains(where: { $0.id == style.id }) {
                problems.append(DataProblem(file: file.name, line: 1, message: "there is another style “\(style.id)”"))
            } else {
                styles.append(style)
            }
        }
        self.styles = styles.sorted { $0.id < $1.id }
        vocabulary = Vocabulary(styles: self.styles, orchestra: orchestra, problems: &problems)
        self.problems = problems
    }

    public func style(_ id: String) -> Style? { styles.first { $0.id == id } }
}
