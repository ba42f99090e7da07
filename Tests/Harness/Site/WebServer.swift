import Foundation
import Testing

/// A web server in front of a responder, with the files that are installed for it.
enum WebServer: String, Sendable, CustomTestStringConvertible {
  case nginx, apache, caddy, lighttpd
  /// The nginx of Debian 13, with its libraries.
  case nginxOfTrixie

  /// Those of this Debian.
  static let here: [WebServer] = [.nginx, .apache, .caddy, .lighttpd]

  var testDescription: String { rawValue }

  /// Lays the server's files out in a folder, with these ports of 127.0.0.1. `pages` is the port of
  /// the pages, which nginx alone has.
  func layOut(in folder: Folder, https: Int, http: Int, pages: Int?) throws {
    let ports = ["\(https)", "\(http)"]
    let (script, arguments) =
      switch self {
      case .nginx, .nginxOfTrixie:
        ("nginx/relocate", [folder.path] + ports + (pages.map { ["\($0)"] } ?? []))
      default: ("nginx/elsewhere/relocate", [rawValue, folder.path] + ports)
      }
    let relocated = try Tool.run(Site.repository.appending(path: script).path, arguments)
    try #require(relocated.status == 0, "\(relocated.errors)")
  }

  /// The command that runs the server of a folder.
  func command(in folder: Folder) throws -> [String] {
    let nginx = ["-p", folder.path, "-e", "log/error.log", "-c", folder("nginx.conf").path]
    switch self {
    case .nginx: return ["nginx"] + nginx
    case .nginxOfTrixie:
      let tree = try DebianTree.trixie.get()
      let linker = try #require(
        FileManager.default.contentsOfDirectory(atPath: "\(tree)/lib64").first)
      let libraries = try Tool.run("dpkg-architecture", ["-qDEB_HOST_MULTIARCH"]).text
        .trimmingCharacters(in: .newlines)
      return ["\(tree)/lib64/\(linker)", "--library-path", "\(tree)/usr/lib/\(libraries)"]
        + ["\(tree)/usr/sbin/nginx"] + nginx
    default: return [folder("web-server").path]
    }
  }
}
