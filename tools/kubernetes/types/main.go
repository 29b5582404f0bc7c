// Command types prints how Go sees the kinds of the Kubernetes API: the table that harness/apiserver/codec decodes and encodes by.
//
//	go run ./types > ../../harness/apiserver/codec/types.json    (then gzip: see harness/apiserver/codec/generate.py)
//
// OpenAPI does not tell what the table tells: the order of fields, which of them are left out when they are empty, which are pointers,
// the names of Go types that error messages carry, and the numbers of protobuf fields. All of it stands in the struct tags.
//
// The output is one JSON object, deterministic:
//
//	kinds    "group/version/Kind" → type
//	structs  type → list of fields [JSON name, type, flags, Go name, protobuf number]
//	         flags: o omitempty, z omitzero, i inline, e embedded
//	named    type → underlying type, of scalars, lists and maps that have a name
//
// With the argument "internal" it prints the structs alone, of what the server itself works with: refusals of some changes show those, as
// JSON without tags (harness/apiserver/internals).
//
// A type is written as Go does, with names in the form "core/v1.Pod".
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/certificates"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/flowcontrol"
	"k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/apis/policy"
	"k8s.io/kubernetes/pkg/apis/resource"
	"k8s.io/kubernetes/pkg/apis/storage"
)

var stable = regexp.MustCompile(`^v[0-9]+$`)

type table struct {
	Kinds   map[string]string  `json:"kinds"`
	Structs map[string][][]any `json:"structs"`
	Named   map[string]string  `json:"named"`
	owners  map[string]string
}

// internal are the types that refusals show.
var internal = []any{
	batch.PodFailurePolicy{}, batch.SuccessPolicy{}, certificates.CertificateSigningRequestCondition{}, core.EphemeralContainer{},
	core.EventSource{}, core.HostIP{}, core.NodeAddress{}, core.ObjectReference{}, core.PersistentVolumeClaimSpec{},
	core.PersistentVolumeSource{}, core.PodIP{}, core.PodTemplateSpec{}, core.Taint{}, flowcontrol.FlowSchemaSpec{}, flowcontrol.PriorityLevelConfigurationSpec{},
	networking.ParentReference{}, networking.ServiceCIDRSpec{}, policy.PodDisruptionBudgetSpec{}, resource.ResourceClaimSpec{},
	resource.ResourceClaimStatus{}, resource.ResourceClaimTemplateSpec{}, resource.ResourceSliceSpec{}, storage.CSINodeDriver{},
	storage.VolumeAttachmentSpec{},
}

func main() {
	found := &table{map[string]string{}, map[string][][]any{}, map[string]string{}, map[string]string{}}
	if len(os.Args) > 1 && os.Args[1] == "internal" {
		for _, value := range internal {
			found.name(reflect.TypeOf(value))
		}
	} else {
		found.published()
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(found); err != nil {
		panic(err)
	}
	os.Stdout.Write(out.Bytes())
}

// published describes every kind of a stable version.
func (t *table) published() {
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, apiextensionsv1.AddToScheme, apiregistrationv1.AddToScheme, admissionv1.AddToScheme,
		apidiscoveryv2.AddToScheme,
	} {
		if err := add(known); err != nil {
			panic(err)
		}
	}
	for kind, goType := range known.AllKnownTypes() {
		if stable.MatchString(kind.Version) {
			t.Kinds[kind.GroupVersion().String()+"/"+kind.Kind] = t.name(goType)
		}
	}
	for kind, value := range map[string]any{
		"Table": metav1.Table{}, "PartialObjectMetadata": metav1.PartialObjectMetadata{},
		"PartialObjectMetadataList": metav1.PartialObjectMetadataList{}, "ApplyOptions": metav1.ApplyOptions{},
	} {
		t.Kinds["meta.k8s.io/v1/"+kind] = t.name(reflect.TypeOf(value))
	}
	t.name(reflect.TypeOf(runtime.Unknown{}))
}

// name describes a type that bears a name, with everything it consists of, and returns its short name.
func (t *table) name(goType reflect.Type) string {
	short := goType.PkgPath()
	for _, prefix := range []string{"k8s.io/api/", "k8s.io/apimachinery/pkg/apis/", "k8s.io/apimachinery/pkg/api/",
		"k8s.io/apimachinery/pkg/util/", "k8s.io/apimachinery/pkg/", "k8s.io/apiextensions-apiserver/pkg/apis/",
		"k8s.io/kube-aggregator/pkg/apis/", "k8s.io/kubernetes/pkg/apis/"} {
		if strings.HasPrefix(short, prefix) {
			short = short[len(prefix):]
			break
		}
	}
	name := short + "." + goType.Name()
	if owner, seen := t.owners[name]; seen {
		if owner != goType.PkgPath() {
			panic(fmt.Sprintf("%s is in %s and in %s", name, owner, goType.PkgPath()))
		}
		return name
	}
	t.owners[name] = goType.PkgPath()
	if goType.Kind() == reflect.Struct {
		t.Structs[name] = [][]any{}
		t.Structs[name] = t.fields(goType)
	} else {
		t.Named[name] = t.underlying(goType)
	}
	return name
}

func (t *table) fields(goType reflect.Type) [][]any {
	out := [][]any{}
	for i := 0; i < goType.NumField(); i++ {
		field := goType.Field(i)
		if !field.IsExported() {
			continue
		}
		parts := strings.Split(field.Tag.Get("json"), ",")
		name, flags := parts[0], ""
		for _, option := range parts[1:] {
			flags += map[string]string{"omitempty": "o", "omitzero": "z", "inline": "i", "string": "s"}[option]
		}
		if field.Anonymous {
			flags += "e"
			if name == "" && !strings.Contains(flags, "i") {
				flags += "i"
			}
		} else if name == "" {
			name = field.Name
		}
		number := 0
		if tag := strings.Split(field.Tag.Get("protobuf"), ","); len(tag) > 1 {
			number, _ = strconv.Atoi(tag[1]) // the wire type beside it is wrong for some; it follows from the type
		}
		out = append(out, []any{name, t.expression(field.Type), flags, field.Name, number})
	}
	return out
}

// expression writes a type as it stands in a field.
func (t *table) expression(goType reflect.Type) string {
	if goType.PkgPath() != "" {
		return t.name(goType)
	}
	return t.underlying(goType)
}

func (t *table) underlying(goType reflect.Type) string {
	switch goType.Kind() {
	case reflect.Pointer:
		return "*" + t.expression(goType.Elem())
	case reflect.Slice:
		return "[]" + t.expression(goType.Elem())
	case reflect.Map:
		return "map[" + t.expression(goType.Key()) + "]" + t.expression(goType.Elem())
	case reflect.Interface:
		return "any"
	default:
		return goType.Kind().String()
	}
}
