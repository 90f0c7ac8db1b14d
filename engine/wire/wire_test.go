package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"streamsplayground/engine/term"
	"streamsplayground/engine/wire"
)

func TestDecodeText(t *testing.T) {
	tests := []struct {
		in   string
		want wire.Message
	}{
		{`["4","5","lv:phx-A","event",{"a":[1,"]"]}]`, wire.Message{JoinRef: `"4"`, Ref: `"5"`, Topic: "lv:phx-A", Event: "event", Payload: []byte(`{"a":[1,"]"]}`)}},
		{` [ null , "1" , "phoenix" , "heartbeat" , { } ] `, wire.Message{Ref: `"1"`, Topic: "phoenix", Event: "heartbeat", Payload: []byte(`{ }`)}},
		{`[1,2,"t","e",null,"more"]`, wire.Message{JoinRef: "1", Ref: "2", Topic: "t", Event: "e", Payload: []byte("null")}},
		{`["\"",null,"l\u0076:\"\\","é",[]]`, wire.Message{JoinRef: `"\""`, Topic: `lv:"\`, Event: "é", Payload: []byte("[]")}},
	}
	for _, test := range tests {
		got, err := wire.DecodeText([]byte(test.in))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s\n got %+v, %v\nwant %+v", test.in, got, err, test.want)
		}
	}
}

func TestDecodeTextErrors(t *testing.T) {
	for _, in := range []string{``, `{not json`, `[null,"1","phoenix"]`, `{}`, `"x"`, `1`, `[]`, `["1","1",1,"e",{}]`, `["1","1","t",null,{}]`, `["1","1","t","e",{}`, "\xff"} {
		if m, err := wire.DecodeText([]byte(in)); err == nil {
			t.Errorf("%s was decoded to %+v", in, m)
		}
	}
	if _, err := wire.DecodeText([]byte("[\"\xff\"]")); !errors.Is(err, wire.ErrUTF8) {
		t.Errorf("got %v, want ErrUTF8", err)
	}
}

func TestBinary(t *testing.T) {
	in := []byte("\x00\x02\x02\x05\x0515" + "90" + "lvu:0" + "chunk" + "hello")
	want := wire.Message{JoinRef: `"15"`, Ref: `"90"`, Topic: "lvu:0", Event: "chunk", Payload: []byte("hello"), Binary: true}
	got, err := wire.DecodeBinary(in)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if out, err := got.AppendBinary(nil); err != nil || !bytes.Equal(out, in) {
		t.Errorf("encoded again: %q, %v", out, err)
	}
	for _, bad := range []string{"", "\x00", "\xff\xfe\x00\x01", "\x01\x00\x00\x00\x00", "\x00\x01\x00\x00\x00", "\x00\x00\x00\x00\xffx"} {
		if m, err := wire.DecodeBinary([]byte(bad)); err == nil {
			t.Errorf("%q was decoded to %+v", bad, m)
		}
	}
	if _, err := (wire.Message{Topic: strings.Repeat("x", 256)}).AppendBinary(nil); err == nil {
		t.Error("a topic of 256 bytes was encoded")
	}
}

func TestAppend(t *testing.T) {
	one, two := wire.NewRef("1"), wire.NewRef("2")
	tests := []struct{ got, want string }{
		{string(wire.AppendReply(nil, one, two, "lv:x", "ok", []byte(`{"diff":{}}`))), `["1","2","lv:x","phx_reply",{"status":"ok","response":{"diff":{}}}]`},
		{string(wire.AppendReason(nil, "", two, "room:1", "unmatched topic")), `[null,"2","room:1","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]`},
		{string(wire.AppendPush(nil, one, "lv:x", "diff", []byte(`{"0":"a"}`))), `["1",null,"lv:x","diff",{"0":"a"}]`},
		{string(wire.AppendClose(nil, one, "lv:x")), `["1","1","lv:x","phx_close",{}]`},
		{string(wire.AppendCrash(nil, one, "lv:\"x")), `["1","1","lv:\"x","phx_error",{"reason":"channel_crash"}]`},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
	if got := one.String() + wire.Ref("7").String(); got != "17" {
		t.Errorf("refs as strings: %s", got)
	}
}

func TestDecodeTerm(t *testing.T) {
	tests := []struct {
		in   string
		want string
	}{
		{`{"b":[1,2.5,null,true],"a":"x"}`, `%{"a" => "x", "b" => [1, 2.5, nil, true]}`},
		{`123456789012345678901234567890`, `123456789012345678901234567890`},
		{`1e3`, `1000.0`}, {`-0`, `0`}, {`{}`, `%{}`}, {`[]`, `[]`},
		{`{"a":1,"a":2}`, `%{"a" => 2}`},
		{` { "a" : [ 1 , -2.5e-1 , { } ] , "b" : false } `, `%{"a" => [1, -0.25, %{}], "b" => false}`},
		{`"a\"\u00e9\n"`, `"a\"é\n"`}, {`{"\u0061":"\ud83d\ude00"}`, `%{"a" => "😀"}`}, {`["\\"]`, `["\\"]`},
		{`{"5":5,"4":4,"3":3,"2":2,"1":1}`, `%{"1" => 1, "2" => 2, "3" => 3, "4" => 4, "5" => 5}`},
	}
	for _, test := range tests {
		got, err := wire.DecodeTerm([]byte(test.in))
		if err != nil {
			t.Errorf("%s: %v", test.in, err)
		} else if s := term.Inspect(got); s != test.want {
			t.Errorf("%s: got %s, want %s", test.in, s, test.want)
		}
	}
	for _, bad := range []string{``, `{`, `1e999`, `1 2`, `[1,]`, `{"a":1e999}`} {
		if v, err := wire.DecodeTerm([]byte(bad)); err == nil {
			t.Errorf("%s was decoded to %v", bad, v)
		}
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte(`["4","5","lv:phx-A","event",{"a":[1,"]"]}]`))
	f.Add([]byte(` [ null , 1, "a\"]" , "b" , [[],{}], 3 ] `))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := wire.DecodeText(data)
		if err != nil {
			return
		}
		if !json.Valid(m.Payload) {
			t.Fatalf("payload %q is not JSON", m.Payload)
		}
		again, err := wire.DecodeText(m.AppendText(nil))
		if err != nil || !reflect.DeepEqual(again, m) {
			t.Fatalf("%+v became %+v, %v", m, again, err)
		}
	})
}

func FuzzDecodeBinary(f *testing.F) {
	f.Add([]byte("\x00\x02\x02\x05\x0515" + "90" + "lvu:0" + "chunk" + "hello"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := wire.DecodeBinary(data)
		if err != nil {
			return
		}
		if _, err := wire.DecodeText(wire.AppendReply(nil, m.JoinRef, m.Ref, m.Topic, "ok", []byte("{}"))); err != nil {
			t.Fatalf("reply to %+v: %v", m, err)
		}
	})
}

func FuzzDecodeTerm(f *testing.F) {
	f.Add([]byte(`{"b":[1,2.5,null,true],"a":"x"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := wire.DecodeTerm(data)
		if err == nil && v == nil {
			t.Fatal("no term and no error")
		}
		if err != nil && strings.HasSuffix(err.Error(), "is too large") {
			return // a number that JSON has and Elixir has not
		}
		if json.Valid(data) != (err == nil) {
			t.Fatalf("decoding %q: %v", data, err)
		}
	})
}

func BenchmarkDecodeText(b *testing.B) {
	data := []byte(`["4","27","lv:phx-GOpeDAR6Cx7bhAFi","event",{"type":"form","event":"send","value":"message%5Bbody%5D=Hello%2C+world&message%5Broom%5D=1"}]`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.DecodeText(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeTerm(b *testing.B) {
	data := []byte(`{"type":"form","event":"send","value":"message%5Bbody%5D=Hello%2C+world","meta":{"cids":[1,2]}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.DecodeTerm(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendReply(b *testing.B) {
	diff := []byte(`{"diff":{"0":{"k":{"0":{"0":" id=\"messages-17\"","1":"","2":"Ann","3":"Hello, world"},"kc":1},"stream":["0",[["messages-17",-1,null,null]],[]]}}}`)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = wire.AppendReply(buf[:0], `"4"`, `"27"`, "lv:phx-GOpeDAR6Cx7bhAFi", "ok", diff)
	}
}
