/// The version of this build, as `--version` and the info endpoint say it.
public let version = "0.1.0"
