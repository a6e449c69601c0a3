/// PostgreSQL's text form of a one-dimensional array: `{1,NULL,"a b"}` (PostgreSQL documentation, section 8.15.6).
enum ArrayLiteral {
    static func text(of elements: [String?]) -> String {
        var text = "{"
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            guard let element else {
                text += "NULL"
                continue
            }
            text += "\""
            for character in element.unicodeScalars {
                if character == "\"" || character == "\\" { text += "\\" }
                text.unicodeScalars.append(character)
            }
            text += "\""
        }
        return text + "}"
    }

    /// The elements' own bytes, nil for NULL; nil as a whole when the text is no one-dimensional array.
    static func elements(of text: UnsafeBufferPointer<UInt8>) -> [[UInt8]?]? {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        guard text.count >= 2, text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
        if text.count == 2 { return [] }
        var elements: [[UInt8]?] = []
        var element: [UInt8] = []
        var isQuoted = false
        var isInside = false
        var index = 1
        while index < text.count {
            let byte = text[index]
            let isLast = index == text.count - 1
            if isInside {
                if byte == backslash, !isLast {
                    index += 1
                    element.append(text[index])
                } else if byte == quote {
                    isInside = false
                } else {
                    element.append(byte)
                }
            } else if byte == quote {
                isQuoted = true
                isInside = true
            } else if byte == UInt8(ascii: ",") || isLast {
                let isNull = !isQuoted && element.elementsEqual("NULL".utf8)
                if element.isEmpty && !isQuoted { return nil }
                elements.append(isNull ? nil : element)
                element = []
                isQuoted = false
            } else if byte == UInt8(ascii: "{") {
                return nil
            } else {
                element.append(byte)
            }
            index += 1
        }
        return isInside ? nil : elements
    }
}
