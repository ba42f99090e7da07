import Fetching
import Foundation
import Verification
import Webhooks

/// Logs in at senders that show their keys to their customers alone, once a round each.
struct KeyLogins {
  /// Why there was no login.
  enum Failure: Error, CustomStringConvertible {
    case noClient(sender: String)
    case noToken(sender: String)
    case fetch(sender: String, FetchError)

    var description: String {
      switch self {
      case .noClient(let sender):
        "\(sender) wants a login: a file with id:secret of your application there, as --login "
          + "\(sender)=FILE, or as the credential \(sender)-login of the service (LoadCredential=)"
      case .noToken(let sender): "\(sender) answered the login with no token"
      case .fetch(let sender, let error): "the login at \(sender): \(error)"
      }
    }
  }

  private let clients: [String: Secret]
  private var headers: [String: [String: String]] = [:]

  /// - Parameters:
  ///   - files: the files with `id:secret`, by the name of the sender.
  ///   - credentials: the folder of the service's credentials, `<sender>-login` among them; nil for none.
  /// - Throws: if one of the files can't be read.
  init(files: [String: String], credentials: String?) throws {
    var clients: [String: Secret] = [:]
    for sender in Sender.all where sender.keyLogin != nil {
      let passed = credentials.flatMap {
        try? Data(contentsOf: URL(filePath: "\($0)/\(sender.name)-login"))
      }
      let named = try files[sender.name].map { try Data(contentsOf: URL(filePath: $0)) }
      guard let bytes = named ?? passed else { continue }
      let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(
        in: .whitespacesAndNewlines)
      clients[sender.name] = Secret(Array(text.utf8), name: "\(sender.name)-login")
    }
    self.clients = clients
  }

  /// The headers with which keys of a source are asked for; none where they are there for everyone.
  mutating func headers(
    for source: KeySource?, by fetcher: Fetcher
  ) throws(Failure) -> [String: String] {
    guard let source, let login = source.login else { return [:] }
    let sender = source.sender
    if let known = headers[sender] { return known }
    guard let client = clients[sender] else { throw .noClient(sender: sender) }
    let answer: [UInt8]
    do throws(FetchError) {
      answer = try fetcher.get(
        login.tokenURL, headers: login.headers(client: client), sending: login.body)
    } catch {
      throw .fetch(sender: sender, error)
    }
    guard let found = login.headers(token: answer) else { throw .noToken(sender: sender) }
    headers[sender] = found
    return found
  }
}
