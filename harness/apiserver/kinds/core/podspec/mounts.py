"""What is wrong with where the volumes of a container are: mounted at paths, or there as devices."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.podspec.security import descending_path
from harness.apiserver.messages import Object

_PROPAGATION: Final = ("Bidirectional", "HostToContainer", "None")


def mount_errors(container: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    """Yield what is wrong with where the volumes of a container are mounted."""
    points: set[str] = set()
    devices = {one.get("name", ""): one.get("devicePath", "") for one in container.get("volumeDevices") or ()}
    for index, mount in enumerate(container.get("volumeMounts") or []):
        here, name, point = f"{path}[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            yield required(f"{here}.name")
        if name not in volumes:
            yield FieldError("FieldValueNotFound", f"{here}.name", name, "")
        if not point:
            yield required(f"{here}.mountPath")
        if point in points:
            yield invalid(f"{here}.mountPath", point, "must be unique")
        points.add(point)
        if name in devices:
            yield invalid(f"{here}.name", name, "must not already exist in volumeDevices")
        if point in devices.values():
            yield invalid(f"{here}.mountPath", point, "must not already exist as a path in volumeDevices")
        # The index is missing from these paths in the real server, too.
        yield from descending_path(mount.get("subPath") or "", f"{path}.subPath")
        if mount.get("subPathExpr") and mount.get("subPath"):
            yield invalid(f"{here}.subPathExpr", mount["subPathExpr"], "subPathExpr and subPath are mutually exclusive")
        yield from descending_path(mount.get("subPathExpr") or "", f"{path}.subPathExpr")
        yield from _propagation(mount.get("mountPropagation"), container, f"{path}.mountPropagation")
        yield from _recursive(mount, f"{path}.recursiveReadOnly")


def _propagation(mode: str | None, container: Object, path: str) -> Iterator[FieldError]:
    if mode is None:
        return
    if mode not in _PROPAGATION:
        yield not_supported(path, mode, _PROPAGATION)
    if mode == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        yield forbidden(path, "Bidirectional mount propagation is available only to privileged containers")


def _recursive(mount: Object, path: str) -> Iterator[FieldError]:
    wanted = mount.get("recursiveReadOnly")
    if wanted in {"Enabled", "IfPossible"}:
        if not mount.get("readOnly"):
            yield forbidden(path, "may only be specified when readOnly is true")
        if mount.get("mountPropagation") not in {None, "None"}:
            yield forbidden(path, "may only be specified when mountPropagation is None or not specified")
    elif wanted not in {None, "Disabled"}:
        yield not_supported(path, wanted, ("Disabled", "Enabled", "IfPossible"))


def block_errors(container: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    """Yield what is wrong with the volumes that a container has as devices."""
    mounted = {mount.get("name", ""): mount.get("mountPath", "") for mount in container.get("volumeMounts") or ()}
    names: set[str] = set()
    places: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices") or ()):
        here, name, place = f"{path}[{index}]", device.get("name", ""), device.get("devicePath", "")
        yield from _device_name(name, f"{here}.name", volumes, names | mounted.keys(), repeated=name in names)
        if not place:
            yield required(f"{here}.devicePath")
        if place in places:
            yield invalid(f"{here}.devicePath", place, "must be unique")
        if ".." in place.split("/"):
            yield invalid(f"{here}.devicePath", place, "can not contain backsteps ('..')")
        else:
            places.add(place)
        if place in mounted.values():
            yield invalid(f"{here}.devicePath", place, "must not already exist as a path in volumeMounts")
        names |= {name} - {""}


def _device_name(
    name: str, path: str, volumes: Mapping[str, Object], taken: set[str], *, repeated: bool
) -> Iterator[FieldError]:
    volume = volumes.get(name)
    if not name:
        yield required(path)
    if repeated:
        yield invalid(path, name, "must be unique")
    if volume is None:
        yield FieldError("FieldValueNotFound", path, name, "")
    elif not {"persistentVolumeClaim", "ephemeral"} & volume.keys():
        yield invalid(
            path, name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        )
    if name in taken and not repeated:
        yield invalid(path, name, "must not already exist in volumeMounts")
