import FoundationEssentials

/// A rule that a text in a JSON body equals one of the secrets, in every item that the path leads
/// to.
public struct BodyField: Rule {
  /// The path to the text. `value[].clientState` leads to one text in every item of an array.
  public var path: JSONPath
  /// The secrets. Any of them may match, and different items may match different ones.
  public var secrets: [Secret]

  /// Makes a rule with the path and the secrets.
  public init(path: JSONPath, secrets: [Secret]) {
    self.path = path
    self.secrets = secrets
  }

  /// A sentence that names the path, and says that nothing is signed.
  public var words: String {
    "\(path.text) in the JSON body equals a secret, in every item. Nothing is signed."
  }

  /// The path itself.
  public var secretPaths: [JSONPath] { [path] }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Returns whether the path leads to a value in the body.
  public func isAddressed(by request: Request) -> Bool {
    guard let body = try? request.json(), let found = try? path.values(in: body.root)
    else { return false }
    return found.contains { $0 != nil }
  }

  /// Compares the text of every item with the secrets. The proof names the first item's secret.
  ///
  /// - Throws: `Rejection.unverified`, also if the path leads to no item at all: that would prove
  ///   nothing.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let items = try path.values(in: try request.json().root)
    let longest = secrets.map(\.bytes.count).max() ?? 0
    var name: String?
    for (index, item) in items.enumerated() {
      guard let text = item?.text(of: longest) else {
        throw .unverified(
          "\(path.text) is missing, isn't a text, or is longer than any secret, in item \(index)")
      }
      guard let secret = secrets.first(equalTo: text, at: now) else {
        throw .unverified("\(path.text) equals no secret that is in use, in item \(index)")
      }
      name = name ?? secret.name
    }
    guard !items.isEmpty else { throw .unverified("the body has no \(path.text)") }
    return Proof(verified: "body:\(path.text)", secretName: name)
  }
}
