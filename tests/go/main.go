// SPDX-License-Identifier: Apache-2.0

// Verifies a ledger exported as C2SP tiles, offline, with the log's verifier key and nothing of ours:
// notes and tree are those of golang.org/x/mod/sumdb. With Debian's golang-go and
// golang-golang-x-mod-dev:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run tests/go/main.go KEY FOLDER
//
// Prints "ok N entries ROOT". Otherwise it names the first wrong file or entry, exit code 1.
// Given a file, the evidence of one event (the form isthmus/event/v1), it verifies that.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
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
	if info, err := os.Stat(os.Args[2]); err == nil && !info.IsDir() {
		event, err := verifyEvent(os.Args[1], os.Args[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, "wrong:", err)
			os.Exit(1)
		}
		fmt.Printf("ok %d entries of event %s\n", len(event.Entries), event.Event)
		return
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
	raw, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: %w", err)
	}
	tree, err := openCheckpoint(key, raw)
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
func openCheckpoint(key string, raw []byte) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
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

// event is the evidence of one event: spec/ledger.md, L-37.
type event struct {
	Isthmus       string  `json:"isthmus"`
	Event         string  `json:"event"`
	Checkpoint    string  `json:"checkpoint"`
	Entries       []entry `json:"entries"`
	Agreement     string  `json:"agreement"`
	AgreementNote *string `json:"agreementNote"`
}

type entry struct {
	Index int64    `json:"index"`
	Entry []byte   `json:"entry"`
	Proof [][]byte `json:"proof"`
}

const saltLength = 16

func verifyEvent(key, file string) (of event, err error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return of, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&of); err != nil {
		return of, err
	}
	if of.Isthmus != "isthmus/event/v1" || len(of.Entries) == 0 {
		return of, errors.New("no evidence of an event")
	}
	tree, err := openCheckpoint(key, []byte(of.Checkpoint))
	if err != nil {
		return of, fmt.Errorf("checkpoint: %w", err)
	}
	agreement := sha256.Sum256([]byte(of.Agreement))
	last := int64(-1)
	for _, one := range of.Entries {
		if one.Index <= last || len(one.Entry) <= saltLength {
			return of, fmt.Errorf("entry %d is out of order or too short", one.Index)
		}
		last = one.Index
		var proof tlog.RecordProof
		for _, bytes := range one.Proof {
			if len(bytes) != tlog.HashSize {
				return of, fmt.Errorf("entry %d: a hash of its proof is none", one.Index)
			}
			var hash tlog.Hash
			copy(hash[:], bytes)
			proof = append(proof, hash)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, one.Index, tlog.RecordHash(one.Entry)); err != nil {
			return of, fmt.Errorf("entry %d is not in the log that was signed for: %w", one.Index, err)
		}
		release := fields(one.Entry[saltLength:])
		if !bytes.Equal(release[1], agreement[:]) {
			return of, fmt.Errorf("entry %d went under another agreement", one.Index)
		}
		if hex.EncodeToString(eventOf(release)) != of.Event {
			return of, fmt.Errorf("entry %d is of another event", one.Index)
		}
	}
	return of, nil
}

// eventOf finds the event in the item, whose messages have it as their first field or second.
func eventOf(release map[uint64][]byte) []byte {
	for _, number := range []uint64{4, 9} {
		if item, ok := release[number]; ok {
			return fields(item)[1]
		}
	}
	for _, number := range []uint64{5, 6, 7, 8} {
		if item, ok := release[number]; ok {
			return fields(item)[2]
		}
	}
	return nil
}

// fields reads the length-delimited fields of a protocol buffer and passes over the others.
func fields(message []byte) map[uint64][]byte {
	found := map[uint64][]byte{}
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return nil
		}
		message = message[n:]
		skip := 0
		switch tag & 7 {
		case 0:
			if _, skip = binary.Uvarint(message); skip <= 0 {
				return nil
			}
		case 1:
			skip = 8
		case 2:
			length, n := binary.Uvarint(message)
			if n <= 0 || length > uint64(len(message)-n) {
				return nil
			}
			skip = n + int(length)
			found[tag>>3] = message[n:skip]
		default:
			return nil
		}
		if skip > len(message) {
			return nil
		}
		message = message[skip:]
	}
	return found
}
