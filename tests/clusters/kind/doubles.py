"""Docker and kind as scripts that share a folder, and the API server of the clusters that they pretend to make.

They keep what matters to the lifecycle: containers with ids, a network, images; and fail in the ways of the real ones, in their words
(`TROUBLE`). What a real cluster does is not their subject: ``test_cluster.py`` has one.
"""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DOCKER = r"""
state={state}; echo "docker $*" >> $state/calls
case "$1" in
  info) case "$*" in *RootDir*) echo {root} ;; *) echo Debian ;; esac ;;
  ps) [ ! -f $state/containers ] || cat $state/containers ;;
  image) [ -f $state/image ] || {{ echo "Error: No such image: $3" >&2; exit 1; }} ;;
  network) case "$2" in
      inspect) [ -f $state/network ] || {{ echo "Error: No such network: kind" >&2; exit 1; }} ;;
      rm) rm $state/network ;;
    esac ;;
  rm) rm -f $state/containers ;;
esac
"""

KIND = r"""
state={state}; echo "kind $*" >> $state/calls
[ "$1" = version ] && {{ echo "kind v{version} go1.26 linux/amd64"; exit 0; }}
while [ $# -gt 0 ]; do [ "$1" = --kubeconfig ] && kubeconfig=$2; shift; done
touch $state/network; echo {node} > $state/containers
echo 'Creating cluster "x" ...' >&2
echo ' • Preparing nodes' >&2
{then}
cat > $kubeconfig <<END
{kubeconfig}
END
"""

TROUBLE = {
    "daemon down": "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    "no permission": "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: "
    'Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/info": dial unix /var/run/docker.sock: connect: permission denied',
    "port taken": "ERROR: failed to create cluster: command failed: docker: Error response from daemon: driver failed programming "
    "external connectivity on endpoint x: Bind for 127.0.0.1:6443 failed: port is already allocated.",
    "no registry": 'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.37.0": command "docker pull" failed: dial '
    "tcp: lookup registry-1.docker.io: no such host",
    "no room": "ERROR: failed to create cluster: write /var/lib/x: no space left on device",
    "not privileged": "ERROR: failed to create cluster: docker: OCI runtime create failed: unable to apply caps: operation not "
    "permitted: unknown.",
    "bad configuration": "ERROR: failed to create cluster: unable to decode config: yaml: unmarshal errors: line 4: field nodez not found",
}
"""What the real ones say."""


@contextmanager
def api_server() -> Iterator[str]:
    """Answer ``/version`` on a port; yields the URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"gitVersion": "v1.36.3"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class World:
    """A machine with Docker and kind.

    :ivar state: the folder in which they keep what there is.
    """

    def __init__(self, folder: Path, program, server: str) -> None:
        self.state = folder / "docker"
        self.state.mkdir()
        self._program, self._server = program, server
        self.docker()
        self.kind()

    def docker(self, *, first: str = "", root: Path | None = None) -> None:
        """Install Docker.

        :param first: what it does before anything else.
        :param root: where it keeps its data.
        """
        self._program("docker", first + DOCKER.format(state=self.state, root=root or self.state))

    def kind(
        self, *, version: str = "0.33.0", then: str = "", node: str = "node-1", name: str = "controller-rehearsal"
    ) -> None:
        """Install kind.

        :param then: what it does when its containers are there.
        """
        found = {
            "contexts": [{"name": f"kind-{name}", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": self._server}}],
            "users": [{"name": "u", "user": {"token": "t"}}],
        }
        script = KIND.format(state=self.state, version=version, then=then, node=node, kubeconfig=json.dumps(found))
        self._program("kind", script)

    def containers(self) -> list[str]:
        """Return the ids of those there are."""
        file = self.state / "containers"
        return file.read_text().split() if file.exists() else []

    def calls(self, word: str) -> list[str]:
        """Return what was called, as far as it begins with something."""
        return [one for one in (self.state / "calls").read_text().splitlines() if one.startswith(word)]

    @property
    def clean(self) -> bool:
        """Whether nothing is left of a cluster."""
        return not self.containers() and not (self.state / "network").exists()
