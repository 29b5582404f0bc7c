"""``kubectl create NOUN``: the typed generators, which post protobuf."""

from ..run import Kubectl, script


@script
def data(kubectl: Kubectl) -> None:
    kubectl("create configmap colours --from-literal=a=red --from-literal=b=blue")
    kubectl("get configmap colours -o yaml")
    kubectl("create configmap colours --from-literal=a=red")
    kubectl("create configmap Bad_Name")
    kubectl("create secret generic login --from-literal=user=me --from-literal=password=secret")
    kubectl("get secret login -o yaml")
    kubectl("create secret docker-registry pull --docker-server=ex.dev --docker-username=u --docker-password=p")
    kubectl("get secret pull -o yaml")
    kubectl("get configmaps,secrets")
    kubectl("describe secret login")
    kubectl("describe configmap colours")


@script
def namespaces(kubectl: Kubectl) -> None:
    kubectl("create namespace generated-one")
    kubectl("create namespace generated-one")
    kubectl("create ns Not_A_Name")
    kubectl("get namespace generated-one")
    kubectl("get namespace generated-one -o yaml")
    kubectl("describe namespace generated-one")


@script
def access(kubectl: Kubectl) -> None:
    kubectl("create serviceaccount robot")
    kubectl("get serviceaccount robot -o yaml")
    kubectl("create token robot --duration=1h")
    kubectl("create token nobody")
    kubectl("create role reader --verb=get,list --resource=pods,configmaps")
    kubectl("create role teller --verb=get --resource=pods --resource-name=one")
    kubectl("create role none --verb=get --resource=nothings")
    kubectl(f"create rolebinding readers --role=reader --serviceaccount={kubectl.namespace}:robot --user=somebody")
    kubectl(
        "create clusterrole generated-reader --verb=get,list,watch --resource=deployments.apps,widgets.ex.dev/status"
    )
    kubectl("create clusterrole generated-paths --verb=get --non-resource-url=/logs/*")
    kubectl("create clusterrolebinding generated-readers --clusterrole=generated-reader --group=generated")
    kubectl("get role,rolebinding -o yaml")
    kubectl("get clusterrole/generated-reader clusterrole/generated-paths clusterrolebinding/generated-readers -o yaml")
    kubectl("get sa,role,rolebinding")
    kubectl("describe role reader")
    kubectl("describe rolebinding readers")
    kubectl("describe serviceaccount robot")


@script
def workloads(kubectl: Kubectl) -> None:
    kubectl("create deployment web --image=ex.dev/web:1 --replicas=3 --port=80")
    kubectl("get deployment web -o yaml")
    kubectl("get deployment -o wide")
    kubectl("describe deployment web")
    kubectl("create job once --image=ex.dev/job -- sh -c true")
    kubectl("get job once")
    kubectl("describe job once")
    kubectl("create cronjob nightly --image=ex.dev/job --schedule='0 3 * * *' -- date")
    kubectl("create cronjob wrong --image=ex.dev/job --schedule='0 3 * *' -- date")
    kubectl("get cronjob nightly -o yaml")
    kubectl("get cronjob")
    kubectl("describe cronjob nightly")
    kubectl("create job --from=cronjob/nightly now")
    kubectl("get job now -o jsonpath='{.metadata.ownerReferences[0].name} {.metadata.annotations}'")


@script
def network(kubectl: Kubectl) -> None:
    kubectl("create service clusterip inner --tcp=80:8080")
    kubectl("create service nodeport outer --tcp=80")
    kubectl("create service loadbalancer front --tcp=443:8443")
    kubectl("create service externalname away --external-name=ex.dev")
    kubectl("get services")
    kubectl("get services -o yaml")
    # Without events: a controller of the real server now and then repairs an address in the moment before it is noted, and says so.
    kubectl("describe service inner --show-events=false")
    kubectl("describe service outer --show-events=false")
    kubectl("create ingress web --rule=ex.dev/path*=inner:80,tls=cert --class=nginx")
    kubectl("get ingress")
    kubectl("get ingress web -o yaml")
    kubectl("describe ingress web")


@script(controllers=True)
def quotas(kubectl: Kubectl) -> None:
    kubectl("create quota small --hard=cpu=1,memory=1G,pods=2,configmaps=20")
    kubectl("wait quota small --for=jsonpath={.status.used.configmaps}=1 --timeout=120s")  # that of the cluster's CA
    kubectl("get quota small -o yaml")
    kubectl("get quota")
    kubectl("describe quota small")


@script
def limits(kubectl: Kubectl) -> None:
    kubectl("create poddisruptionbudget keep --selector=app=web --min-available=50%")
    kubectl("get pdb")
    kubectl("get pdb keep -o yaml")
    kubectl("describe pdb keep")
    kubectl("create priorityclass generated-high --value=1000 --description=high")
    kubectl("create priorityclass generated-highest --value=2000000000")
    kubectl("get priorityclass generated-high")
    kubectl("get priorityclass generated-high -o yaml")
    kubectl("describe priorityclass generated-high")


@script
def dry(kubectl: Kubectl) -> None:
    kubectl("create configmap one --from-literal=a=1 --dry-run=client -o yaml")
    kubectl("create configmap one --from-literal=a=1 --dry-run=server -o yaml")
    kubectl("create deployment web --image=ex.dev/web --dry-run=server -o yaml")
    kubectl("create configmap one --from-literal=a=1 --save-config")
    kubectl("get configmap one -o yaml --show-managed-fields")
    kubectl("get configmaps")
