import ArgumentParser
import Webhooks

/// The incoming configuration that a command changes.
struct IncomingTarget: ParsableArguments {
  @Argument(help: "Its identifier, from levelwind incoming list.", completion: .incoming)
  var identifier: String
  @OptionGroup var change: ChangeOptions

  var path: String { "incoming/\(identifier).yaml" }

  func bytes() throws -> [UInt8] {
    _ = try Identifier.given(identifier)
    return try change.bytes(of: path, called: "incoming configuration \(identifier)")
  }
}
