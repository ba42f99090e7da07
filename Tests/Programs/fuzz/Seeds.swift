import Foundation
import SenderVectors

/// Real senders' requests as inputs of `DeliveryTarget`, so that they exist in one place only.
enum Seeds {
  /// Writes a file for each into the folder that `LEVELWIND_SEEDS` names, if it names one.
  static func write(_ vectors: [SenderVector]) throws {
    guard let folder = ProcessInfo.processInfo.environment["LEVELWIND_SEEDS"] else { return }
    for vector in vectors {
      try Data(input(vector)).write(to: URL(filePath: folder).appending(path: vector.id))
    }
  }

  private static func input(_ vector: SenderVector) -> [UInt8] {
    let request = vector.request
    var lines = [
      Array("WEBHOOK=\(vector.id)".utf8), Array("REQUEST_METHOD=\(request.method)".utf8),
      Array("REMOTE_ADDR=\(request.remote)".utf8),
      Array("REQUEST_URI=".utf8) + request.path
        + (request.query.isEmpty ? [] : Array("?".utf8) + request.query),
    ]
    for field in request.headers.fields {
      let name = "HTTP_" + field.name.uppercased().replacing("-", with: "_")
      lines.append(Array("\(name)=".utf8) + field.value)
    }
    return Array(lines.joined(separator: [10])) + [10, 10] + request.body
  }
}
