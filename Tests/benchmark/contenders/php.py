"""php8.2-fpm with the durable script that one would write."""

import os

from contenders.contender import FileContender
from load import SECRET


class PHP(FileContender):
    name = "php-fpm"
    about = "php8.2-fpm, 16 children: check, write, fsync the file, rename, answer"
    packages = ["php8.2-fpm"]

    def configure(self):
        self.make_folders(owner="www-data")
        # A child serves one connection at a time: kept ones would hold all 16 of them.
        self.front.change("snippets/levelwind.conf", "fastcgi_keep_conn on;",
                          "fastcgi_keep_conn off;")
        # Beside the rest: its user may not get to where the repository is.
        script = self.template("php/receive.php", "receive.php")
        with open(os.path.join(self.place.site, "fastcgi_params"), "a") as file:
            file.write(f"fastcgi_param SCRIPT_FILENAME {script};\n")
        user = "user = www-data\ngroup = www-data\nlisten.owner = www-data"
        self.configuration = self.template(
            "php/php-fpm.conf", "php-fpm.conf",
            LOG=os.path.join(self.place.site, "log", "php-fpm.log"),
            USER=user if os.geteuid() == 0 else "", SOCKET=self.front.socket, SECRET=SECRET,
            STORE=self.place.store)

    def command(self):
        return ["php-fpm8.2", "--nodaemonize", "--fpm-config", self.configuration]
