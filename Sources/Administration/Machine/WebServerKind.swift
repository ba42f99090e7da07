import Serving

/// A web server whose files `check` reads, with its words for what webhooks need.
enum WebServerKind: Sendable {
  case nginx, apache

  var name: String { self == .nginx ? "nginx" : "Apache" }

  /// The web server's main file on a Debian server.
  var usualFile: String {
    self == .nginx ? "/etc/nginx/nginx.conf" : "/etc/apache2/apache2.conf"
  }

  /// What holds the sites of a name apart.
  var block: String { self == .nginx ? "server block" : "virtual host" }

  /// What limits the wait for the responder's answer.
  var readTimeout: String { self == .nginx ? "fastcgi_read_timeout" : "the timeout of ProxyPass" }

  /// Has the web server load its files, if they are valid.
  var load: Remedy { self == .nginx ? .loadNginx : .loadApache }

  /// The text that makes the web server wait so many seconds for an answer.
  func waiting(_ seconds: Int) -> String {
    self == .nginx ? "fastcgi_read_timeout \(seconds)s;" : "timeout=\(seconds)"
  }

  /// The text that makes a site listen at a port.
  func listening(_ port: Int, isSecure: Bool) -> String {
    self == .nginx
      ? "listen \(port)\(isSecure ? " ssl" : "");"
      : "Listen \(port)` and `<VirtualHost *:\(port)>"
  }

  /// The text that gives TLS to a port at which a site listens.
  func encrypting(_ port: Int) -> String { self == .nginx ? "listen \(port) ssl;" : "SSLEngine on" }

  /// The text that gives a site a name.
  func naming(_ host: String) -> String {
    self == .nginx ? "server_name \(host);" : "ServerName \(host)"
  }

  /// The text that hands webhooks over whose path begins so.
  func handing(_ path: String) -> String {
    self == .nginx
      ? "location ^~ \(path)/webhook/ {"
      : "ProxyPass \"\(path)/webhook/\" \"unix:…|fcgi://levelwind\(path)/webhook/\""
  }

  /// Has a site in a file hand webhooks over.
  func handOver(in file: String) -> Remedy {
    self == .nginx ? .includeSnippet(in: file) : .handOverByApache(in: file)
  }
}
