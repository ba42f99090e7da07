import Fetching
import FoundationEssentials
import Glibc
import Serving
import Webhooks

extension NginxConfiguration {
  /// A place that hands requests to the pages, or says who is asking.
  struct PagesPlace {
    let file: String
    /// What `LEVELWIND_USER` is set to; nil where it isn't set.
    let user: String?
    /// Whether nginx asks for a name and a password.
    let asksPassword: Bool
    /// The file of names and passwords.
    let users: String?
    /// Whether another server is asked, or a client's certificate is needed.
    let asksOthers: Bool
    /// Whether an address alone may be enough.
    let isEither: Bool
    /// Where the server listens.
    let listens: [WebServerConfiguration.Listen]
    let names: [String]

    /// What keeps the place from saying who is asking.
    enum Hole: Equatable {
      /// An address is enough.
      case either
      /// nginx asks for no password, and takes the name from the client.
      case unasked
      /// The name is a header, a cookie or a parameter of the client's.
      case claimed
      /// Nothing signs anybody in.
      case unsigned
      /// It says nothing.
      case silent
    }

    var hole: Hole? {
      guard let user else { return .silent }
      if isEither { return .either }
      if user.contains("$remote_user"), !asksPassword { return .unasked }
      let claims = ["$http_", "$sent_http_", "$cookie_", "$arg_", "$args", "$query_string"]
      if claims.contains(where: user.contains) { return .claimed }
      return asksPassword || asksOthers ? nil : .unsigned
    }
  }

  /// All such places.
  var pages: [PagesPlace] {
    directives.filter { $0.name == "http" }.flatMap { http in
      http.block.filter { $0.name == "server" }.flatMap { server -> [PagesPlace] in
        var found: [PagesPlace] = []
        let listens = server.block.filter { $0.name == "listen" }
          .compactMap { Self.listen($0.arguments, isSecure: false) }
        let names = server.block.filter { $0.name == "server_name" }.flatMap(\.arguments)
        collectPages(server.block, outer: [http.block], listens, names, into: &found)
        return found
      }
    }
  }

  private func collectPages(
    _ level: [Directive], outer: [[Directive]], _ listens: [WebServerConfiguration.Listen],
    _ names: [String],
    into found: inout [PagesPlace]
  ) {
    let scopes = [level] + outer
    if let pass = level.first(where: { $0.name == "fastcgi_pass" }) {
      // Parameters are inherited only by a level that has none of its own.
      let parameters =
        scopes.first { $0.contains { $0.name == "fastcgi_param" } }?
        .filter { $0.name == "fastcgi_param" } ?? []
      let user = parameters.first { $0.arguments.first == "LEVELWIND_USER" }
      let isPages = pass.arguments.first?.hasSuffix("/pages.sock") == true
      if isPages || user != nil {
        func value(_ name: String) -> String? {
          scopes.lazy.compactMap { $0.last { $0.name == name }?.arguments.first }.first
        }
        func isOn(_ name: String) -> Bool { value(name).map { $0 != "off" } ?? false }
        found.append(
          PagesPlace(
            file: pass.file, user: user?.arguments.dropFirst().first,
            asksPassword: isOn("auth_basic"), users: value("auth_basic_user_file"),
            asksOthers: isOn("auth_request") || value("ssl_verify_client") == "on",
            isEither: value("satisfy") == "any", listens: listens, names: names))
      }
    }
    for directive in level where !directive.block.isEmpty && directive.name != "server" {
      collectPages(directive.block, outer: scopes, listens, names, into: &found)
    }
  }
}

extension MachineCheck {
  /// Returns what is wrong where nginx hands requests to the pages.
  func lookAtPages(_ nginx: NginxConfiguration) -> [Problem] {
    nginx.pages.flatMap { place in
      let problems = lookAt(place)
      return problems + (problems.contains { $0.severity == .error } ? [] : ask(place))
        + lookAtUsers(place, nginx)
    } + (nginx.pages.isEmpty || directory != Self.usualDirectory ? [] : lookAtFolders())
  }

  /// Looks at the folders that the pages' helper writes.
  private func lookAtFolders() -> [Problem] {
    guard let writer = Account(named: "levelwind-configure") else { return [] }
    let readers = [
      "secrets": responder, "outgoing-secrets": Account(named: "levelwind-postprocess"),
    ]
    return ["webhooks", "incoming", "secrets", "outgoing-secrets"].compactMap { folder in
      Self.objection(
        to: "\(directory)/\(folder)", writer: writer, reader: readers[folder] ?? nil)
    }
  }

  /// Finds why pages can't make a file in a folder that its reader can read.
  ///
  /// - Parameters:
  ///   - folder: the path. A missing one is fine.
  ///   - writer: the user of the pages' helper.
  ///   - reader: the user whose group new files need; nil where everybody may read them.
  /// - Returns: nil if they can.
  static func objection(to folder: String, writer: Account, reader: Account?) -> Problem? {
    var status = stat()
    guard stat(folder, &status) == 0 else { return nil }
    let remedy = "`systemd-tmpfiles --create levelwind.conf`"
    if !writer.may(7, status) {
      return Problem(
        .warning, file: folder,
        "user \(writer.name) can't write into it, so no page can change what is there: \(remedy)")
    }
    guard let reader else { return nil }
    // What is made in the folder has its group by S_ISGID alone.
    guard status.st_mode & S_ISGID != 0, reader.groups.contains(status.st_gid) else {
      return Problem(
        .warning, file: folder,
        "user \(reader.name) can't read what pages write into it, since it doesn't hand on a group "
          + "of that user's: \(remedy)")
    }
    return nil
  }

  private func lookAt(_ place: NginxConfiguration.PagesPlace) -> [Problem] {
    func open(_ what: String, _ remedy: String) -> [Problem] {
      [
        Problem(
          file: place.file,
          "the pages are handed out without authentication: \(what). Put \(remedy) there, then "
            + Remedy.loadNginx.inline)
      ]
    }
    let basic = "`auth_basic \"Levelwind\";` and `auth_basic_user_file \(directory)/pages.users;`"
    switch place.hole {
    case nil: return []
    case .silent:
      return [
        Problem(
          .warning, file: place.file,
          "it doesn't say who asks for the pages, so nobody gets one: put "
            + "`fastcgi_param LEVELWIND_USER $remote_user;` there, then \(Remedy.loadNginx.inline)")
      ]
    case .either:
      return open(
        "with `satisfy any` an address is enough, and $remote_user is what any client says",
        "`satisfy all;`")
    case .unasked: return open("without `auth_basic`, $remote_user is what any client says", basic)
    case .claimed:
      return open(
        "LEVELWIND_USER is what any client writes into its request",
        "a variable that the web server sets itself, such as $remote_user with `auth_basic`,")
    case .unsigned: return open("nothing signs anybody in", basic)
    }
  }

  /// Asks for a page with an invented name and password.
  private func ask(_ place: NginxConfiguration.PagesPlace) -> [Problem] {
    guard place.asksPassword, let listen = place.listens.first,
      let name = place.names.first(where: { !$0.contains("*") && !$0.hasPrefix("~") && $0 != "_" })
    else { return [] }
    let invented = Data("levelwind-check:\(UUID().uuidString)".utf8).base64EncodedString()
    let outcome = LocalRequest(
      address: listen.local, port: listen.port, isSecure: listen.isSecure, host: name,
      authority: "\(name):\(listen.port)", path: "/status"
    ).send(("Authorization", "Basic \(invented)"))
    switch outcome {
    case .answered(let status, _) where status < 400:
      return [
        Problem(
          file: place.file,
          "nginx runs with other files: it handed a page to an invented user, status \(status): "
            + Remedy.loadNginx.inline)
      ]
    default: return []
    }
  }

  /// Looks at the file of users, which nginx reads for each request.
  private func lookAtUsers(
    _ place: NginxConfiguration.PagesPlace, _ nginx: NginxConfiguration
  ) -> [Problem] {
    guard place.asksPassword, let path = place.users, path.hasPrefix("/") else { return [] }
    let server = Account(named: nginx.sites.user ?? "www-data")
    var status = stat()
    guard stat(path, &status) == 0 else {
      return [
        Problem(
          .warning, file: path,
          "isn't there, so nobody can sign in to the pages (403): levelwind pages user add NAME")
      ]
    }
    if status.st_mode & 0o004 != 0 {
      return [
        Problem(
          .warning, file: path,
          "every user can read it: \(Remedy.changeMode("0640", path).inline)")
      ]
    }
    guard let server, !server.may(4, status) else { return [] }
    return [
      Problem(
        file: path,
        "the web server's user \(server.name) can't read it, so every page is answered 500: "
          + "`chgrp \(server.name) \(path.shellWord)`")
    ]
  }
}
