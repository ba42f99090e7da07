import Foundation

/// A text in a JSON body has to equal one of the secrets, in every item that the path leads to.
public struct BodyField: Rule {
  /// Where the text stands; `value[].clientState` for every item of an array.
  public var path: JSONPath
  /// The secrets, any of which may match; the items may match different ones.
  public var secrets: [Secret]

  public init(path: JSONPath, secrets: [Secret]) {
    self.path = path
    self.secrets = secrets
  }

  public var words: String {
    "\(path.text) in the JSON body equals a secret, in every item. Nothing is signed."
  }

  public var secretPaths: [JSONPath] { [path] }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func isAddressed(by request: Request) -> Bool {
    guard let body = try? request.json(), let found = try? path.values(in: body.root)
    else { return false }
    return found.contains { $0 != nil }
  }

  /// - Throws: also if there is no item at all, which would prove nothing.
  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let items = try path.values(in: try request.json().root)
    let longest = secrets.map(\.bytes.count).max() ?? 0
    var name: String?
    for (index, item) in items.enumerated() {
      guard let text = item?.text(of: longest) else {
        throw .unverified(
          "\(path.text) is missing, no text, or longer than any secret, in item \(index)")
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
