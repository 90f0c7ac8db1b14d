package upload

import "strings"

// mimeTypes are the types of files by their extension, as the MIME library of
// Elixir 2.x knows them.
var mimeTypes = map[string]string{}

// mimeTable lists a type and its extensions a line. Where an extension stands
// twice the first type is the one that it names.
const mimeTable = `
application/atom+xml atom
application/epub+zip epub
application/gzip gz
application/java-archive jar
application/json json
application/json-patch+json json-patch
application/ld+json jsonld
application/manifest+json webmanifest
application/msword doc
application/octet-stream bin
application/ogg ogx
application/pdf pdf
application/postscript ps eps ai
application/rss+xml rss
application/rtf rtf
application/vnd.amazon.ebook azw
application/vnd.api+json json-api
application/vnd.apple.installer+xml mpkg
application/vnd.etsi.asic-e+zip asice sce
application/vnd.etsi.asic-s+zip asics scs
application/vnd.mozilla.xul+xml xul
application/vnd.ms-excel xls
application/vnd.ms-fontobject eot
application/vnd.ms-powerpoint ppt
application/vnd.oasis.opendocument.presentation odp
application/vnd.oasis.opendocument.spreadsheet ods
application/vnd.oasis.opendocument.text odt
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/vnd.rar rar
application/vnd.visio vsd
application/wasm wasm
application/x-7z-compressed 7z
application/x-abiword abw
application/x-bzip bz
application/x-bzip2 bz2
application/x-cdf cda
application/x-csh csh
application/x-freearc arc
application/x-httpd-php php
application/x-msaccess mdb
application/x-sh sh
application/x-shockwave-flash swf
application/x-tar tar
application/xhtml+xml xhtml
application/zip zip
application/zstd zst
audio/aac aac
audio/matroska mka
audio/midi mid midi
audio/mpeg mp3
audio/ogg oga
audio/opus opus
audio/wav wav
audio/webm weba
font/otf otf
font/ttf ttf
font/woff woff
font/woff2 woff2
image/apng apng
image/avif avif
image/bmp bmp
image/gif gif
image/heic heic
image/heif heif
image/jp2 jp2
image/jpeg jpg jpeg
image/jxl jxl
image/png png
image/svg+xml svg svgz
image/tiff tiff tif
image/vnd.adobe.photoshop psd
image/vnd.microsoft.icon ico
image/webp webp
text/calendar ics
text/css css
text/csv csv
text/html html htm
text/javascript js mjs
text/markdown md markdown
text/plain txt text
text/xml xml
video/3gpp 3gp
video/3gpp2 3g2
video/matroska mkv
video/matroska-3d mk3d
video/mp2t ts
video/mp4 mp4
video/mpeg mpeg mpg
video/ogg ogv
video/quicktime mov
video/webm webm
video/x-ms-wmv wmv
video/x-msvideo avi
application/javascript js
application/xml xml
audio/3gpp 3gp
audio/3gpp2 3g2
audio/x-matroska mka
video/x-matroska mkv
video/x-matroska-3d mk3d
`

// mimeExtensions are the extensions of a type, in the table's order.
var mimeExtensions = map[string][]string{}

func init() {
	for line := range strings.Lines(mimeTable) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		mimeExtensions[fields[0]] = fields[1:]
		for _, ext := range fields[1:] {
			if mimeTypes[ext] == "" {
				mimeTypes[ext] = fields[0]
			}
		}
	}
}

// suffixes are the formats that a type may name after a plus sign.
var suffixes = map[string]string{"gzip": "gz", "json": "json", "xml": "xml", "zip": "zip", "zstd": "zst"}

// MIMEType returns the type of files with an extension, which has no dot, and
// "" when there is none. Upper and lower case differ, as in MIME.has_type?/1.
func MIMEType(ext string) string { return mimeTypes[ext] }

// MIMETypeOfPath returns the type of a file with a name, as MIME.from_path/1.
func MIMETypeOfPath(path string) string {
	if kind := mimeTypes[strings.ToLower(strings.TrimPrefix(extname(path), "."))]; kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// MIMEExtensions returns the extensions for a type, as MIME.extensions/1.
func MIMEExtensions(kind string) []string {
	kind, _, _ = strings.Cut(kind, ";")
	kind = strings.ToLower(kind)
	if known := mimeExtensions[kind]; known != nil {
		return known
	}
	if parts := strings.Split(kind, "+"); len(parts) == 2 && suffixes[parts[1]] != "" {
		return []string{suffixes[parts[1]]}
	}
	return nil
}
