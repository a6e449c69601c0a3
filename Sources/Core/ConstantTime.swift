extension Collection<UInt8> {
    /// Whether both are the same bytes, in a time that does not tell where they differ: for secrets.
    public func isEqualInConstantTime(to other: some Collection<UInt8>) -> Bool {
        count == other.count && zip(self, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
