import CFastCGI
import CLinux
