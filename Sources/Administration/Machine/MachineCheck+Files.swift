import FoundationEssentials
import Glibc
import Serving
import Webhooks

/// The files of the configuration, as the responder's user sees them.
extension MachineCheck {
  /// Looks at the files without secrets, and for new versions of files that the package left beside
  /// the old.
  func lookAtFiles() -> [Problem] {
    if let barrier = responder.barrier(on: "\(directory)/levelwind.yaml") {
      return [passing(barrier)]
    }
    let folders = ["webhooks", "incoming"].filter { access("\(directory)/\($0)", F_OK) == 0 }
    let closed = folders.filter { !isOpen("\(directory)/\($0)", 5) }
    let names = folders.filter { !closed.contains($0) }.flatMap { folder in
      Self.names(in: "\(directory)/\(folder)").filter { $0.hasSuffix(".yaml") }.map {
        "\(folder)/\($0)"
      }
    }
    let files = ["levelwind.yaml"].filter { access("\(directory)/\($0)", F_OK) == 0 } + names
    return closed.map { passing("\(directory)/\($0)", "a+rx") }
      + files.filter { !isOpen("\(directory)/\($0)", 4) }.map { file in
        Problem(
          file: file,
          "user \(responder.name), the responder, can't read it: \(opening(file).inline)")
      } + lookAtLeftovers()
  }

  /// Looks at secrets outside `secrets/`.
  func lookAtSecretsElsewhere() -> [Problem] {
    Set(snapshot.usedWebhooks.flatMap(\.secrets).compactMap(\.filePath)).sorted().compactMap {
      path in
      if let barrier = responder.barrier(on: path), access(path, F_OK) == 0 {
        return passing(barrier)
      }
      var status = stat()
      guard stat(path, &status) == 0, !responder.may(4, status) else { return nil }
      return Problem(
        file: path,
        "user \(responder.name), the responder, can't read it: "
          + Remedy.giveFile(path, responder.name).inline)
    }
  }

  private func passing(_ folder: String, _ mode: String = "a+x") -> Problem {
    Problem(
      file: folder,
      "user \(responder.name) can't pass: \(Remedy.changeMode(mode, folder).inline)")
  }

  /// Returns how to make a file readable. Post-processing reads it as another user, so only a file
  /// with a literal secret in it goes to the responder alone.
  private func opening(_ file: String) -> Remedy {
    let path = "\(directory)/\(file)"
    let text = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    return text?.contains("literal") == true
      ? .giveFile(path, responder.name) : .changeMode("a+r", path)
  }

  private func isOpen(_ path: String, _ wanted: mode_t) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 || responder.may(wanted, status)
  }

  /// Finds new versions of files that the package left beside a file that the administrator had
  /// changed.
  private func lookAtLeftovers() -> [Problem] {
    guard directory == Self.usualDirectory else { return [] }
    let folders = [directory, "/etc/nginx/conf.d", "/etc/nginx/snippets"]
    return folders.flatMap { folder in
      Self.names(in: folder).filter { name in
        name.hasPrefix("levelwind") && [".ucf-dist", ".dpkg-dist"].contains(where: name.hasSuffix)
      }.map { name in
        let new = "\(folder)/\(name)"
        return Problem(
          .warning, file: String(new.prefix(upTo: new.lastIndex(of: ".") ?? new.endIndex)),
          "the package brought a newer version, and your file was kept: "
            + Remedy.mergeFile(new).inline)
      }
    }
  }

  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}

extension Snapshot {
  /// The webhooks that take deliveries, by identifier.
  var usedWebhooks: [Webhook] {
    webhooks.values.compactMap { if case .ready(let webhook) = $0 { webhook } else { nil } }
      .sorted { $0.identifier < $1.identifier }
  }
}
