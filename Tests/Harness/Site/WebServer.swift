import Foundation
import Testing

/// A web server in front of a responder, with the files that are installed for it.
enum WebServer: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case nginx, apache, caddy, lighttpd

  var testDescription: String { rawValue }

  /// Lays the server's files out in a folder, with these ports of 127.0.0.1. `pages` is the port of
  /// the pages, which nginx alone has.
  func layOut(in folder: Folder, https: Int, http: Int, pages: Int?) throws {
    let ports = ["\(https)", "\(http)"]
    let (script, arguments) =
      switch self {
      case .nginx: ("nginx/relocate", [folder.path] + ports + (pages.map { ["\($0)"] } ?? []))
      default: ("nginx/elsewhere/relocate", [rawValue, folder.path] + ports)
      }
    let relocated = try Tool.run(Site.repository.appending(path: script).path, arguments)
    try #require(relocated.status == 0, "\(relocated.errors)")
  }

  /// The command that runs the server of a folder.
  func command(in folder: Folder) -> [String] {
    self == .nginx
      ? ["nginx", "-p", folder.path, "-e", "log/error.log", "-c", folder("nginx.conf").path]
      : [folder("web-server").path]
  }
}
