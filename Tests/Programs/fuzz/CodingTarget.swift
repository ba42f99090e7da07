import CZlib
import Verification

@testable import Webhooks

/// A content coding and a body: a first line, `gzip` or `deflate`, then the stream. The decoded
/// body stays within its bounds of size and memory, and is the same a second time. Compressed bytes
/// are decoded to the original.
enum CodingTarget {
  private static let limit = 1 << 20

  static func run(_ input: [UInt8]) {
    let name = input.prefix { $0 != 10 }
    let body = Array(input.dropFirst(name.count + 1))
    var request = Request(method: "POST", path: [], body: body)
    request.headers.append(name: "content-encoding", value: Array(name))
    if let coding = try? ContentCoding.coding(of: request) { decode(body, coding) }
    hold(decoded(compressed(input), .deflate) == input, "what was compressed is another body")
  }

  private static func decode(_ body: [UInt8], _ coding: ContentCoding) {
    guard let decoded = decoded(body, coding) else { return }
    hold(decoded.count <= limit, "it is larger than it may be")
    hold(CodingTarget.decoded(body, coding) == decoded, "it says something else the second time")
    hold(CodingTarget.decoded(Array(body.dropLast()), coding) == nil, "cut, it is whole as well")
  }

  private static func decoded(_ body: [UInt8], _ coding: ContentCoding) -> [UInt8]? {
    var held = 0
    let decoded = try? coding.decoded(body, limit: limit) { held = $0 }
    hold(held <= 3 * limit, "\(held) bytes of memory are asked for")
    hold(decoded == nil || held >= decoded?.count ?? 0, "less is asked for than is taken")
    return decoded
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(UInt(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(size))
    hold(compress(&output, &size, bytes, UInt(bytes.count)) == Z_OK, "it can't be compressed")
    return Array(output.prefix(Int(size)))
  }
}
