package source

import (
	"bytes"
	"strings"
)

// TxtarFile is one named file of a txtar archive.
type TxtarFile struct {
	Name string
	Data string
}

// ParseTxtar splits a txtar archive into its files, in order. A file starts
// after a line "-- name --". Text before the first such line is a comment and
// comes first, as a file without name, when it is not blank. Line endings
// become "\n", and a last line without one gets one.
func ParseTxtar(data []byte) []TxtarFile {
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	var files []TxtarFile
	name, from, named := "", 0, false
	flush := func(end int) {
		if body := text[from:end]; named || strings.TrimSpace(body) != "" {
			files = append(files, TxtarFile{Name: name, Data: body})
		}
	}
	for at := 0; at < len(text); {
		end := at + strings.IndexByte(text[at:], '\n') + 1
		if n, ok := txtarMarker(text[at : end-1]); ok {
			flush(at)
			name, from, named = n, end, true
		}
		at = end
	}
	flush(len(text))
	return files
}

// txtarMarker returns the name in a line of the form "-- name --".
func txtarMarker(line string) (string, bool) {
	if len(line) < len("-- x --") || !strings.HasPrefix(line, "-- ") || !strings.HasSuffix(line, " --") {
		return "", false
	}
	name := strings.TrimSpace(line[3 : len(line)-3])
	return name, name != ""
}

// FormatTxtar writes an archive that ParseTxtar reads back. A file without
// name is the comment and belongs first; data without a final newline gets one.
func FormatTxtar(files []TxtarFile) []byte {
	var b bytes.Buffer
	for _, f := range files {
		if f.Name != "" {
			b.WriteString("-- " + f.Name + " --\n")
		}
		b.WriteString(f.Data)
		if f.Data != "" && !strings.HasSuffix(f.Data, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}
