import ArgumentParser
import Webhooks

/// Which incoming configuration a command changes.
struct IncomingTarget: ParsableArguments {
  @Argument(help: "Its identifier, from levelwind incoming list.")
  var identifier: String
  @OptionGroup var change: ChangeOptions

  var path: String { "incoming/\(identifier).yaml" }

  func bytes() throws -> [UInt8] {
    guard Identifier(identifier) != nil else {
      throw ValidationError("\"\(identifier)\" is no identifier: a-z, 0-9 and inner hyphens")
    }
    return try change.bytes(of: path, called: "incoming configuration \(identifier)")
  }
}
