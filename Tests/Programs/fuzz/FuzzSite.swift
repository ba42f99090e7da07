import Foundation
import SenderVectors

@testable import Webhooks

/// A configuration with a webhook for every accepted row of the table of senders' requests, and one
/// for every kind of pre-processor, by the example in its documentation.
struct FuzzSite {
  static let moment = Date(timeIntervalSince1970: 1_795_456_146)
  /// Webhooks by kind with secrets that a fuzzer can't know.
  static let unforgeable: Set = [
    "kind-sender", "kind-signature", "kind-header", "kind-query-token", "kind-body-field",
    "kind-jwt",
  ]

  let snapshot: Snapshot
  /// The moments at which the requests of rows were signed, by webhook.
  let moments: [String: Date]

  static func load() -> FuzzSite {
    do {
      let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(getpid())")
      defer { try? FileManager.default.removeItem(at: folder) }
      return try FuzzSite(in: folder)
    } catch {
      fatalError("\(error)")
    }
  }

  private struct Unusable: Error { let problems: [Problem] }

  private init(in folder: URL) throws {
    var files = [
      "levelwind.yaml": "base_url: https://hooks.example.org\n", "incoming/stock.yaml": "",
    ]
    for kind in PreProcessors.kinds {
      let name = "kind-" + kind.type.replacing("_", with: "-")
      let entry = kind.example.replacing("\n", with: "\n    ")
      files["webhooks/\(name).yaml"] =
        "incoming: stock\ndelivery_id_header: X-Id\npre_processors:\n  - \(entry)\n"
      for match in kind.example.matches(of: /secret: ([A-Za-z0-9-]+)/) {
        files["secrets/\(match.1)"] = "\(UUID())"
      }
    }
    let vectors = try SenderVector.all()
    files["keys/sns.pem"] =
      vectors.lazy.compactMap {
        ($0.config["certs_by_url"] as? [String: String])?[SenderVector.certificateURL]
      }.first
    let accepted = vectors.filter { $0.isAccepted || $0.isHandshake }
    for vector in accepted { files["webhooks/\(vector.id).yaml"] = try vector.webhook() }
    moments = Dictionary(uniqueKeysWithValues: accepted.map { ($0.id, $0.moment) })
    try Self.write(files, in: folder)
    let loading = Snapshot.load(directory: folder.path, credentials: .none, now: Self.moment)
    guard let snapshot = loading.snapshot, snapshot.counts.broken == 0 else {
      throw Unusable(problems: loading.problems.filter { $0.severity == .error })
    }
    self.snapshot = snapshot
    try Seeds.write(accepted)
  }

  private static func write(_ files: [String: String], in folder: URL) throws {
    for (name, text) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
  }
}
