/// A database comment: its first line is a title, the rest, without the blank lines that part them, a description.
struct OpenAPIComment {
    let title: String
    /// Empty where there is one line only.
    let description: String

    init(_ text: String) {
        let scalars = text.unicodeScalars
        let end = scalars.firstIndex(of: "\n") ?? scalars.endIndex
        title = String(scalars[..<end])
        description = String(scalars[end...].drop { $0 == "\n" })
    }
}
