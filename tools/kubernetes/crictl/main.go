// Command crictl stands in for the program of that name in a node: of all that it can do, kind asks for two things.
//
//	crictl inspecti IMAGE    is it there, under which names? (kind load)
//	crictl images            what is there? (kind export logs)
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const (
	socket   = "unix:///run/containerd/containerd.sock"
	patience = 30 * time.Second
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crictl:", err)
		os.Exit(1)
	}
}

func run(words []string) error {
	connection, err := grpc.NewClient(socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	images := runtime.NewImageServiceClient(connection)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	switch {
	case len(words) == 2 && words[0] == "inspecti":
		return inspect(ctx, images, words[1])
	case len(words) == 1 && words[0] == "images":
		return list(ctx, images)
	}
	return errors.New("stands in for crictl, and knows only: inspecti IMAGE, images")
}

func inspect(ctx context.Context, images runtime.ImageServiceClient, name string) error {
	found, err := images.ImageStatus(ctx, &runtime.ImageStatusRequest{Image: &runtime.ImageSpec{Image: name}})
	if err != nil {
		return err
	}
	if found.Image == nil {
		return fmt.Errorf("no such image %q present", name)
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"status": map[string]any{
			"id":          found.Image.Id,
			"repoTags":    found.Image.RepoTags,
			"repoDigests": found.Image.RepoDigests,
			"pinned":      found.Image.Pinned,
		},
	})
}

func list(ctx context.Context, images runtime.ImageServiceClient) error {
	found, err := images.ListImages(ctx, &runtime.ListImagesRequest{})
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "IMAGE ID\tSIZE\tNAMES")
	for _, image := range found.Images {
		fmt.Fprintf(table, "%s\t%d\t%v\n", image.Id, image.Size, image.RepoTags)
	}
	return table.Flush()
}
