import Foundation

/// The refused deliveries that are kept, `refused/<webhook>/` of the state directory.
public struct KeptRefusals: Sendable {
  /// Which one is meant is not to be told.
  public enum NotFound: Error, CustomStringConvertible {
    case none(String)
    case several(String, Int)

    public var description: String {
      switch self {
      case .none(let id):
        "no refused delivery \(SafeText.text(id)) is kept; levelwind refused list shows which are"
      case .several(let id, let count):
        "\(count) refused deliveries that are kept begin with \(SafeText.text(id))"
      }
    }
  }

  private let folder: String

  /// - Parameter state: the state directory.
  public init(state: String) { folder = Self.folder(state: state) }

  static func folder(state: String) -> String { "\(state)/refused" }

  /// All of them, or those of one webhook, in the order in which they arrived.
  ///
  /// - Throws: if their folder can't be read.
  public func all(of webhook: Identifier? = nil) throws -> [KeptRefusal] {
    var kept: [KeptRefusal] = []
    for name in try webhooks() where webhook == nil || name == webhook?.text {
      for file in try FolderListing.names(in: "\(folder)/\(name)") {
        if let one = refusal(file, in: "\(folder)/\(name)") { kept.append(one) }
      }
    }
    return kept.sorted { $0.verdict.delivery < $1.verdict.delivery }
  }

  /// Those of which something is kept; none before the first is.
  private func webhooks() throws(BoundedFile.Failure) -> [String] {
    do throws(BoundedFile.Failure) {
      return try FolderListing.names(in: folder)
    } catch {
      if case .missing = error { return [] }
      throw error
    }
  }

  private func refusal(_ file: String, in folder: String) -> KeptRefusal? {
    guard file.hasSuffix(".json"), let id = RefusedRing.id(of: file),
      let bytes = try? BoundedFile.read("\(folder)/\(file)", limit: 1 << 20).bytes,
      let verdict = RefusalVerdict.read(bytes), verdict.delivery == id
    else { return nil }
    return KeptRefusal(verdict: verdict, path: "\(folder)/\(id)")
  }
}

extension [KeptRefusal] {
  /// The one that an id, or the beginning of one, means.
  public func only(_ id: String) throws(KeptRefusals.NotFound) -> KeptRefusal {
    let found = filter { $0.verdict.delivery.hasPrefix(id) }
    guard let only = found.first, !id.isEmpty else { throw .none(id) }
    guard found.count == 1 else { throw .several(id, found.count) }
    return only
  }
}
