/// Bytes written as hexadecimal digits; spaces are for the reader.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The job data python-rq 2.6.1 wrote for one small document, and the call it stands for.
let pythonJob = hex(
    """
    8005954d00000000000000288c19776f726b65722e696e6465785f646f63756d656e745f6a6f62944e7d94288c0375726c948c15687474
    70733a2f2f6578616d706c652e636f6d2f61948c016e944b017585947d9474942e
    """)
let pythonJobDeflated = hex(
    """
    789c6b609deacb00011a3d92e5f945d9a9457a997929a915f129f9c9a5b9a97925f159f94953fc6aa768f4309716e54ce911cd28292928b6
    d2d74fad48cc2dc849d54bcecfd54f9cd2c39837c59bb1b4754aed9492297a000c6c1f97
    """)
