// SPDX-License-Identifier: Apache-2.0

// Verifies a ledger exported as C2SP tiles, offline, with the log's verifier key and nothing of ours:
// notes and tree are those of golang.org/x/mod/sumdb. With Debian's golang-go and
// golang-golang-x-mod-dev:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run tests/go/main.go KEY FOLDER
//
// Prints "ok N entries ROOT". Otherwise it names the first wrong file or entry, exit code 1.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: main KEY FOLDER")
		os.Exit(2)
	}
	tree, err := verify(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "wrong:", err)
		os.Exit(1)
	}
	fmt.Printf("ok %d entries %v\n", tree.N, tree.Hash)
}

// store holds the hashes computed from the entries, in the order of tlog.StoredHashIndex.
type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		found[i] = s[index]
	}
	return found, nil
}

func verify(key, folder string) (tlog.Tree, error) {
	tree, err := openCheckpoint(key, filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %w", err)
	}
	if err := onlyKnownFiles(folder, tree.N); err != nil {
		return tree, err
	}
	hashes, err := hashEntries(folder, tree.N)
	if err != nil {
		return tree, err
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return tree, err
	}
	if root != tree.Hash {
		return tree, firstWrongEntry(folder, tree, hashes)
	}
	return tree, compareTiles(folder, tree.N, hashes)
}

// openCheckpoint reads origin, size and root. tlog.ParseTree is for the Go checksum database alone,
// whose first line is its own, so the three lines are read here.
func openCheckpoint(key, file string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("not three lines of the log %s", verifier.Name())
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || tree.N < 1 || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, fmt.Errorf("size %q", lines[1])
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// pathOf is the tile's path in C2SP's layout, which leaves out the height and calls data entries.
func pathOf(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

// bundles are the entry bundles of a log of n entries: the tiles of level -1.
func bundles(n int64) (tiles []tlog.Tile) {
	for first := int64(0); first < n; first += width {
		w := n - first
		if w > width {
			w = width
		}
		tiles = append(tiles, tlog.Tile{H: height, L: -1, N: first / width, W: int(w)})
	}
	return tiles
}

// hashTiles are the hash tiles of a log of n entries. Older releases of tlog list each smaller partial
// tile before the one that counts.
func hashTiles(n int64) (tiles []tlog.Tile) {
	for _, tile := range tlog.NewTiles(height, 0, n) {
		last := len(tiles) - 1
		if last >= 0 && tiles[last].L == tile.L && tiles[last].N == tile.N {
			tiles = tiles[:last]
		}
		tiles = append(tiles, tile)
	}
	return tiles
}

// onlyKnownFiles refuses any file that a log of n entries does not have: nothing unread is vouched for.
func onlyKnownFiles(folder string, n int64) error {
	known := map[string]bool{"checkpoint": true}
	for _, tile := range append(bundles(n), hashTiles(n)...) {
		known[pathOf(tile)] = true
	}
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err == nil && !known[filepath.ToSlash(name)] {
			err = fmt.Errorf("%s: a log of %d entries has no such file", filepath.ToSlash(name), n)
		}
		return err
	})
}

func hashEntries(folder string, n int64) (store, error) {
	hashes := make(store, 0, tlog.StoredHashCount(n))
	for _, tile := range bundles(n) {
		path := pathOf(tile)
		rest, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for i := 0; i < tile.W; i++ {
			index := tile.N*width + int64(i)
			if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
				return nil, fmt.Errorf("%s: entry %d is cut off", path, index)
			}
			end := 2 + int(binary.BigEndian.Uint16(rest))
			added, err := tlog.StoredHashesForRecordHash(index, tlog.RecordHash(rest[2:end]), hashes)
			if err != nil {
				return nil, fmt.Errorf("%s: entry %d: %w", path, index, err)
			}
			hashes = append(hashes, added...)
			rest = rest[end:]
		}
		if len(rest) > 0 {
			return nil, fmt.Errorf("%s: %d bytes behind the last entry", path, len(rest))
		}
	}
	return hashes, nil
}

func compareTiles(folder string, n int64, hashes store) error {
	for _, tile := range hashTiles(n) {
		path := pathOf(tile)
		want, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		have, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if !bytes.Equal(have, want) {
			return fmt.Errorf("%s: not the hashes of the entries below it", path)
		}
	}
	return nil
}

// tileFolder reads hash tiles for tlog.TileHashReader, which proves each against the signed root.
type tileFolder string

func (folder tileFolder) Height() int { return height }

func (folder tileFolder) SaveTiles([]tlog.Tile, [][]byte) {}

func (folder tileFolder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		raw, err := os.ReadFile(filepath.Join(string(folder), pathOf(tile)))
		if err != nil {
			return nil, err
		}
		data = append(data, raw)
	}
	return data, nil
}

// firstWrongEntry asks the tiles, as far as the signed root vouches for them, which entry differs.
func firstWrongEntry(folder string, tree tlog.Tree, hashes store) error {
	proven := tlog.TileHashReader(tree, tileFolder(folder))
	for _, tile := range bundles(tree.N) {
		indexes := make([]int64, tile.W)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, tile.N*width+int64(i))
		}
		want, err := proven.ReadHashes(indexes)
		if err != nil {
			return fmt.Errorf("%s: entries do not give the signed root, nor do the tiles: %w", pathOf(tile), err)
		}
		for i, index := range indexes {
			if want[i] != hashes[index] {
				return fmt.Errorf("%s: entry %d is not the one that was signed for", pathOf(tile), tile.N*width+int64(i))
			}
		}
	}
	return fmt.Errorf("entries do not give the signed root")
}
